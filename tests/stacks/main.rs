//! The examples of each framework, run: axum, hyper, tonic, and a tower `ServiceBuilder`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

#[path = "../../examples/counter.rs"]
mod counter;
#[path = "../../examples/tonic.rs"]
mod grpc;
#[path = "../../examples/hyper.rs"]
mod hyper_alone;
#[path = "../../examples/key_value.rs"]
mod key_value;
#[path = "../../examples/stack.rs"]
mod stack;

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// The head and the body of an answer.
async fn get(address: SocketAddr, cookie: &str) -> (String, String) {
    send("GET /", address, cookie).await
}

async fn send(what: &str, address: SocketAddr, cookie: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request =
        format!("{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 0\r\n{cookie}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// What a browser sends next.
fn cookie_of(head: &str) -> String {
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let set = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    format!("Cookie: {}\r\n", set.split(';').next().unwrap())
}

/// Three visits of one browser, and one of another.
async fn counts_visits(address: SocketAddr) {
    let mut cookie = String::new();
    for count in 1..=3 {
        let (head, body) = get(address, &cookie).await;
        assert!(body.contains(&format!("visit {count}\n")), "{body}");
        cookie = cookie_of(&head);
    }
    assert!(get(address, "").await.1.contains("visit 1\n"));
}

#[tokio::test]
async fn axum() {
    let (listener, address) = listener().await;
    tokio::spawn(async { axum::serve(listener, counter::app().unwrap()).await });
    counts_visits(address).await;
}

#[tokio::test]
async fn hyper() {
    let (listener, address) = listener().await;
    let server = async { hyper_alone::serve(listener).await.unwrap() };
    tokio::select! {
        () = server => panic!("the server ended"),
        () = counts_visits(address) => {}
    }
}

#[tokio::test]
async fn axum_with_key_value_data() {
    let (listener, address) = listener().await;
    tokio::spawn(async { axum::serve(listener, key_value::app().unwrap()).await });
    let (head, body) = send("POST /cart/tea", address, "").await;
    assert!(body.contains("bytes left\n"), "{body}");
    let (_, body) = get(address, &cookie_of(&head)).await;
    assert!(body.contains(r#"Some(Cart { items: ["tea"] })"#), "{body}");
}

#[tokio::test]
async fn a_stack_of_layers() {
    let (listener, address) = listener().await;
    tokio::spawn(async { axum::serve(listener, stack::app().unwrap()).await });
    counts_visits(address).await;
}

#[tokio::test]
async fn tonic() {
    let (listener, address) = listener().await;
    let client = async {
        let (mut one, mut two) =
            (grpc::Client::connect(address).await.unwrap(), grpc::Client::connect(address).await.unwrap());
        assert_eq!(one.hit("a").await.unwrap(), "a, visit 1");
        assert_eq!(one.hit("b").await.unwrap(), "b, visit 2");
        assert_eq!(two.hit("c").await.unwrap(), "c, visit 1");
        assert_eq!(one.hit("d").await.unwrap(), "d, visit 3");
    };
    let server = async { grpc::serve(listener).await.unwrap() };
    tokio::select! {
        () = server => panic!("the server ended"),
        () = client => {}
    }
}
