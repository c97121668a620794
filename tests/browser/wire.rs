//! How commands get to chromedriver: HTTP/1.1 on loopback, one connection each.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use thirtyfour::error::{WebDriverError, WebDriverResult};
use thirtyfour::session::http::{Body, HttpClient};
use tokio::net::TcpStream;

/// Speaks to the chromedriver on this port.
#[derive(Clone, Copy)]
pub(crate) struct Wire(pub(crate) u16);

impl HttpClient for Wire {
    fn send<'a, 'b, 'c>(
        &'a self,
        request: Request<Body<'b>>,
    ) -> Pin<Box<dyn Future<Output = WebDriverResult<Response<Bytes>>> + Send + 'c>>
    where
        'a: 'c,
        'b: 'c,
    {
        Box::pin(async move {
            let sent = send(self.0, request).await;
            sent.map_err(|error| WebDriverError::RequestFailed(error.to_string()))
        })
    }

    fn new<'a, 'c>(&'a self) -> Pin<Box<dyn Future<Output = Arc<dyn HttpClient>> + Send + 'c>>
    where
        'a: 'c,
    {
        let wire: Arc<dyn HttpClient> = Arc::new(*self);
        Box::pin(async { wire })
    }
}

async fn send(port: u16, request: Request<Body<'_>>) -> Result<Response<Bytes>, Box<dyn std::error::Error>> {
    let (mut head, body) = request.into_parts();
    let body = match body {
        Body::Empty => Bytes::new(),
        Body::Json(json) => serde_json::to_vec(json)?.into(),
    };
    head.headers.insert("host", format!("127.0.0.1:{port}").parse()?);
    head.uri = head.uri.path().parse()?;
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let (mut client, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let response = client.send_request(Request::from_parts(head, Full::new(body))).await?;
    let (head, body) = response.into_parts();
    Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
}
