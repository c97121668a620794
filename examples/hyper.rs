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
use tokio::net::TcpListener;
use tower::{Layer, service_fn};

#[derive(Default, Serialize, Deserialize)]
struct Visit {
    count: u32,
}

async fn hit(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::default());
    match Session::<Visit>::from_request(&request).await {
        Ok(session) => {
            let count = session.update(|visit| {
                visit.count += 1;
                visit.count
            });
            *response.body_mut() = Full::from(format!("visit {count}\n"));
        }
        // What went wrong is for the log, not for the client.
        Err(error) => {
            eprintln!("no session: {error}");
            *response.status_mut() = error.status();
        }
    }
    Ok(response)
}

pub(crate) async fn serve(listener: TcpListener) -> Result<(), Box<dyn std::error::Error>> {
    let layer = SessionLayer::<Visit>::builder(Keyring::generate()?).insecure_for_http().build()?;
    let service = TowerToHyperService::new(layer.layer(service_fn(hit)));
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

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(listener).await
}
