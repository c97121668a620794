//! gRPC with tonic: `cargo run --example tonic` starts a server, calls it three times and ends.
//!
//! The service is written by hand here, where an app has code generated from its `.proto`; what belongs to sessions is the
//! layer in [`serve`], the session in [`Visits::hit`], and a client that keeps cookies, as browsers do with gRPC-Web.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Method;
use sealed_session::{Keyring, Session, SessionLayer};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::codegen::tokio_stream::wrappers::TcpListenerStream;
use tonic::metadata::MetadataValue;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::{Endpoint, Server};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use tower::Service;

#[derive(Default, Serialize, Deserialize)]
struct Visit {
    count: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Greeting {
    #[prost(string, tag = "1")]
    text: String,
}

/// The service: counts the visits of each client.
#[derive(Clone)]
struct Visits;

impl Visits {
    async fn hit(request: Request<Greeting>) -> Result<Response<Greeting>, Status> {
        let headers = request.metadata().as_ref();
        let session = Session::<Visit>::from_extensions(request.extensions(), &Method::POST, headers).await;
        // What went wrong is in the log; here it would tell the client.
        let session = session.map_err(|_| Status::unavailable("no session"))?;
        let count = session.update(|visit| {
            visit.count += 1;
            visit.count
        });
        let text = format!("{}, visit {count}", request.into_inner().text);
        Ok(Response::new(Greeting { text }))
    }
}

// What tonic generates from a `.proto`: from here

impl UnaryService<Greeting> for Visits {
    type Response = Greeting;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Greeting>, Status>> + Send>>;

    fn call(&mut self, request: Request<Greeting>) -> Self::Future {
        Box::pin(Self::hit(request))
    }
}

impl NamedService for Visits {
    const NAME: &'static str = "example.Visits";
}

impl Service<http::Request<Body>> for Visits {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async { Ok(Grpc::new(ProstCodec::default()).unary(Self, request).await) })
    }
}

// to here.

pub(crate) async fn serve(listener: TcpListener) -> Result<(), Box<dyn std::error::Error>> {
    let layer = SessionLayer::<Visit>::builder(Keyring::generate()?).insecure_for_http().build()?;
    let server = Server::builder().layer(layer).add_service(Visits);
    server.serve_with_incoming(TcpListenerStream::new(listener)).await?;
    Ok(())
}

/// A client that keeps the session's cookie from one call to the next.
pub(crate) struct Client {
    grpc: tonic::client::Grpc<tonic::transport::Channel>,
    cookie: Option<String>,
}

impl Client {
    pub(crate) async fn connect(address: std::net::SocketAddr) -> Result<Self, Box<dyn std::error::Error>> {
        let channel = Endpoint::try_from(format!("http://{address}"))?.connect().await?;
        Ok(Self { grpc: tonic::client::Grpc::new(channel), cookie: None })
    }

    pub(crate) async fn hit(&mut self, text: &str) -> Result<String, Box<dyn std::error::Error>> {
        self.grpc.ready().await?;
        let mut request = Request::new(Greeting { text: text.into() });
        if let Some(cookie) = &self.cookie {
            request.metadata_mut().insert("cookie", MetadataValue::try_from(cookie)?);
        }
        let path = http::uri::PathAndQuery::from_static("/example.Visits/Hit");
        let response: Response<Greeting> = self.grpc.unary(request, path, ProstCodec::default()).await?;
        if let Some(field) = response.metadata().get("set-cookie") {
            self.cookie = field.to_str()?.split(';').next().map(str::to_owned);
        }
        Ok(response.into_inner().text)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = {
        let address = listener.local_addr()?;
        tokio::spawn(async { serve(listener).await.map_err(|error| eprintln!("server: {error}")) });
        Client::connect(address).await?
    };
    for name in ["one", "two", "three"] {
        println!("{}", client.hit(name).await?);
    }
    Ok(())
}
