//! What a response with a session looks like on the wire.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::any;
use http::StatusCode;
use sealed_session::Session;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::client::{Seen, counter, send_2, serve};
use super::{Visit, cookie, hit, send};

/// The values of a field.
fn values<'a>(head: &'a str, name: &str) -> Vec<&'a str> {
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    fields.filter(|(field, _)| *field == name).map(|(_, value)| value).collect()
}

/// A `Cookie` field for the session that this response sets.
fn field(head: &str) -> Vec<u8> {
    format!("Cookie: __Host-session={}\r\n", cookie(head).unwrap()).into_bytes()
}

#[tokio::test]
async fn rows_62_and_63_a_session_makes_a_response_private_and_an_untouched_one_costs_nothing() {
    async fn public(session: Session<Visit>) -> impl IntoResponse {
        session.read(|_| ());
        ([("cache-control", "public, max-age=60"), ("vary", "accept")], "logo")
    }
    let seen = Seen::default();
    let address = serve(counter().route("/public", any(public)).layer(seen.layer())).await;
    let (head, _) = send(address, "GET /", b"").await;
    assert_eq!((values(&head, "cache-control"), values(&head, "vary")), (vec!["private"], vec!["cookie"]));
    let ours = field(&head);
    let (head, _) = send(address, "GET /public", &ours).await;
    assert_eq!(values(&head, "cache-control"), ["private, max-age=60"]);
    assert_eq!(values(&head, "vary").join(", "), "accept, cookie");
    assert_eq!(cookie(&head), None, "read, not changed");
    seen.take();
    let (head, body) = send(address, "GET /page", &ours).await;
    assert_eq!(body, "page");
    for name in ["set-cookie", "cache-control", "vary"] {
        assert_eq!(values(&head, name), [""; 0], "{name}");
    }
    assert!(seen.take().is_empty());
    let response = send_2(address, "/", &[]).await;
    assert_eq!(
        (&response.headers()["cache-control"], &response.headers()["vary"]),
        (&"private".parse().unwrap(), &"cookie".parse().unwrap())
    );
}

#[tokio::test]
async fn row_64_one_cookie_of_our_name_is_on_the_wire() {
    async fn own(session: Session<Visit>) -> impl IntoResponse {
        session.update(|visit| visit.count = 7);
        let set = |value| ("set-cookie", value);
        axum::response::AppendHeaders([
            set("__Host-session=mine; Path=/; Secure"),
            set("theme=dark"),
            set("__Host-session=again; Path=/; Secure"),
        ])
    }
    let seen = Seen::default();
    let address = serve(counter().route("/own", any(own)).layer(seen.layer())).await;
    let (head, _) = send(address, "GET /own", b"").await;
    let fields = values(&head, "set-cookie");
    assert!(fields.len() == 2 && fields[0] == "theme=dark", "{fields:?}");
    assert_eq!(send(address, "GET /look", &field(&head)).await.1, "visit 7");
    let response = send_2(address, "/own", &[]).await;
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
}

/// Tells when it is dropped.
struct Gone(mpsc::UnboundedSender<()>);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[tokio::test]
async fn row_65_a_handler_that_panics_and_a_client_that_goes_away() {
    let seen = Seen::default();
    let (gone, mut is_gone) = mpsc::unbounded_channel();
    let wait = move |session: Session<Visit>| async move {
        let _gone = Gone(gone.clone());
        session.update(|visit| visit.count = 100);
        gone.send(()).unwrap();
        std::future::pending::<String>().await
    };
    async fn fail(session: Session<Visit>) -> String {
        session.update(|visit| visit.count = 200);
        panic!("in the handler")
    }
    let app = counter().route("/wait", any(wait)).route("/fail", any(fail));
    let address = serve(app.layer(seen.layer())).await;
    let (head, _) = send(address, "GET /", b"").await;
    let ours = field(&head);
    seen.take();
    // It hangs up once the handler has changed the session.
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&[b"GET /wait HTTP/1.1\r\nHost: localhost\r\n", ours.as_slice(), b"\r\n"].concat()).await.unwrap();
    is_gone.recv().await.unwrap();
    drop(stream);
    is_gone.recv().await.unwrap();
    assert_eq!(seen.take(), ["opened"]);
    // The connection ends without a response.
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&[b"GET /fail HTTP/1.1\r\nHost: localhost\r\n", ours.as_slice(), b"\r\n"].concat()).await.unwrap();
    let mut response = Vec::new();
    let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut response).await;
    assert!(response.is_empty(), "{}", String::from_utf8_lossy(&response));
    assert_eq!(seen.take(), ["opened"]);
    assert_eq!(send(address, "GET /look", &ours).await.1, "visit 1");
}

/// Does what the query says, and answers with the status that it names.
async fn answer(session: Session<Visit>, uri: http::Uri) -> impl IntoResponse {
    let (status, what) = uri.query().unwrap().split_once('&').unwrap();
    match what {
        "end" => session.destroy(),
        "renew" => session.renew(),
        _ => session.update(|visit| visit.count += 1),
    }
    let status = StatusCode::from_u16(status.parse().unwrap()).unwrap();
    let body = if status == 304 || status == 204 { "" } else { "body" };
    (status, [("location", "/elsewhere"), ("etag", "\"x\"")], body)
}

#[tokio::test]
async fn row_66_every_kind_of_status_and_head() {
    let seen = Seen::default();
    let app = Router::new().route("/", any(hit)).route("/answer", any(answer));
    let address = serve(app.merge(counter_look()).layer(seen.layer())).await;
    let ours = field(&send(address, "GET /", b"").await.0);
    let mut conditional = ours.clone();
    conditional.extend(b"If-None-Match: \"x\"\r\n");
    for status in [200, 204, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503] {
        for method in ["GET", "HEAD", "POST"] {
            let ask = async |what: &str| {
                let target = format!("{method} /answer?{status}&{what}");
                let (head, body) = send(address, &target, &conditional).await;
                assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{target}: {head}");
                assert_eq!(body.is_empty(), method == "HEAD" || status == 304 || status == 204, "{target}: {body}");
                assert_eq!((values(&head, "cache-control"), values(&head, "vary")), (vec!["private"], vec!["cookie"]));
                assert_eq!((values(&head, "location"), values(&head, "etag")), (vec!["/elsewhere"], vec!["\"x\""]));
                head
            };
            let case = format!("{method} {status}");
            // What has changed is sent, unless the server failed; what ends or renews a session is sent in any case.
            let head = ask("write").await;
            let expected = if status < 500 { "visit 2" } else { "visit 1" };
            assert_eq!(cookie(&head).is_some(), status < 500, "{case}: {head}");
            let kept = if status < 500 { field(&head) } else { ours.clone() };
            assert_eq!(send(address, "GET /look", &kept).await.1, expected, "{case}");
            assert_eq!(cookie(&ask("end").await), Some(""), "{case}");
            let head = ask("renew").await;
            assert_eq!(send(address, "GET /look", &field(&head)).await.1, "visit 1", "{case}");
        }
    }
}

fn counter_look() -> Router {
    Router::new().route("/look", any(|session: Session<Visit>| async move { format!("visit {}", session.get().count) }))
}
