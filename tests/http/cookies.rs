//! What clients send in `Cookie` fields.

use http::HeaderValue;
use serde_json::Value;

use super::client::{Seen, counter, send_2, serve};
use super::{cookie, send};

/// A counter, its operator, and the cookie of a visitor who was there once.
async fn visited() -> (std::net::SocketAddr, Seen, String) {
    let seen = Seen::default();
    let address = serve(counter().layer(seen.layer())).await;
    let value = cookie(&send(address, "GET /", b"").await.0).unwrap().to_owned();
    seen.take();
    (address, seen, format!("__Host-session={value}"))
}

/// Sends one `Cookie` field to a handler that reads; the head of the response, and its body.
async fn look(address: std::net::SocketAddr, field: &[u8]) -> (String, String) {
    send(address, "GET /look", &[b"Cookie: ", field, b"\r\n"].concat()).await
}

#[tokio::test]
async fn row_7_a_value_of_64_kib_is_refused_and_cleared() {
    let (address, seen, ours) = visited().await;
    let (head, body) = look(address, format!("{ours}{}", "A".repeat(65536)).as_bytes()).await;
    assert_eq!((body.as_str(), cookie(&head)), ("visit 0", Some("")));
    assert_eq!(seen.take(), ["too_large", "Expired"]);
    let large = format!("__Host-session={}", "!".repeat(65536));
    let response = send_2(address, "/look", &[large.as_bytes()]).await;
    assert!(response.headers()["set-cookie"].to_str().unwrap().contains("; Max-Age=0"));
    assert_eq!(seen.take(), ["too_large", "Expired"]);
}

#[tokio::test]
async fn rows_8_and_13_other_bytes_and_several_fields() {
    let (address, _, ours) = visited().await;
    let fields = [b"Cookie: x=\xff\xc3\x28; y=1\r\nCookie: ", ours.as_bytes(), b"\r\n"].concat();
    assert_eq!(send(address, "GET /look", &fields).await.1, "visit 1");
    // HTTP/2 clients send each cookie in a field of its own.
    for fields in [
        vec![ours.as_bytes()],
        vec![b"a=1", ours.as_bytes(), b"b=2"],
        vec![b"a=\xff\xc3\x28", b"b=\x80", ours.as_bytes()],
        vec![ours.as_bytes(), b"a=\xfe; b=\x80"],
    ] {
        let response = send_2(address, "/look", &fields).await;
        assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "visit 1"));
    }
    let response = send_2(address, "/", &[b"a=1", ours.as_bytes()]).await;
    assert_eq!(response.body(), "visit 2");
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 1);
}

#[tokio::test]
async fn rows_11_and_12_our_name_twice() {
    let (address, seen, ours) = visited().await;
    for field in [format!("{ours}; __Host-session=x"), format!("__Host-session=x; {ours}"), format!("{ours}; {ours}")] {
        assert_eq!(look(address, field.as_bytes()).await.1, "visit 1");
        assert_eq!(seen.take(), ["opened"]);
    }
    let response = send_2(address, "/look", &[b"__Host-session=x", ours.as_bytes()]).await;
    assert_eq!(response.body(), "visit 1");
    // A second visitor's: one of them was planted.
    let other = cookie(&send(address, "GET /", b"").await.0).unwrap().to_owned();
    seen.take();
    for field in [format!("{ours}; __Host-session={other}"), format!("__Host-session={other}; {ours}")] {
        let (head, body) = look(address, field.as_bytes()).await;
        assert_eq!((body.as_str(), cookie(&head)), ("visit 0", None));
        assert_eq!(seen.take(), ["duplicate"]);
    }
    // The same session, sealed later.
    let (head, body) = send(address, "GET /", format!("Cookie: {ours}\r\n").as_bytes()).await;
    assert_eq!(body, "visit 2");
    let later = format!("__Host-session={}", cookie(&head).unwrap());
    for field in [format!("{later}; __Host-session=x"), format!("__Host-session=x; {later}")] {
        assert_eq!(look(address, field.as_bytes()).await.1, "visit 2");
    }
}

#[tokio::test]
async fn row_14_500_copies_of_our_name() {
    let seen = Seen::default();
    let layer = seen.layer();
    let address = serve(counter().layer(layer.clone())).await;
    let ours = format!("__Host-session={}; ", cookie(&send(address, "GET /", b"").await.0).unwrap());
    let opens = || layer.key_report()[0].opens;
    let before = opens();
    assert_eq!(look(address, ours.repeat(500).as_bytes()).await.1, "visit 1");
    assert_eq!(opens() - before, 4);
    let field = &ours.as_bytes()[..ours.len() - 2];
    assert_eq!(send_2(address, "/look", &[field; 500]).await.body(), "visit 1");
    assert_eq!(opens() - before, 8);
}

#[tokio::test]
async fn row_15_whatever_stands_before_or_after_ours_it_is_found() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/cookies/http-state-parser.json")).unwrap();
    let (address, _, ours) = visited().await;
    let (mut fields, ours) = (0, ours.as_bytes());
    for test in vectors["tests"].as_array().unwrap() {
        let sent = test["cookie_latin1"].as_str().into_iter();
        let all = sent.chain(test["set_cookie_latin1"].as_array().unwrap().iter().filter_map(Value::as_str));
        for other in all {
            let other: Vec<u8> = other.chars().map(|character| u8::try_from(character).unwrap()).collect();
            for field in [[ours, b"; ", &other].concat(), [&other, b"; ".as_slice(), ours].concat()] {
                if HeaderValue::from_bytes(&field).is_ok() {
                    fields += 1;
                    assert_eq!(look(address, &field).await.1, "visit 1", "{}", test["name"]);
                }
            }
        }
    }
    assert!(fields > 600, "only {fields} fields were sent");
}
