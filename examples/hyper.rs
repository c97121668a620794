//! Without a framework: `cargo run --example hyper`, then reload <http://localhost:3000>.

use std::convert::Infallible;

use http::{Request, Response};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use sealed_session::{Keyring, Session, SessionLayer};
use serde::{Deserialize, Serialize};
use tower::{Layer, service_fn};

#[derive(Default, Serialize, Deserialize)]
struct Visit {
    count: u32,
}

async fn hit(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let text = match Session::<Visit>::from_request(&request).await {
        Ok(session) => session.update(|visit| {
            visit.count += 1;
            format!("visit {}\n", visit.count)
        }),
        Err(error) => error.to_string(),
    };
    Ok(Response::new(Full::from(text)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let layer = SessionLayer::<Visit>::builder(Keyring::generate()?).insecure_for_http().build()?;
    let service = TowerToHyperService::new(layer.layer(service_fn(hit)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let service = service.clone();
        tokio::spawn(async move {
            let connection = auto::Builder::new(TokioExecutor::new());
            if let Err(error) = connection.serve_connection(TokioIo::new(stream), service).await {
                eprintln!("connection: {error}");
            }
        });
    }
}
