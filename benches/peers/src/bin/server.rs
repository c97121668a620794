//! An axum app with one of the session layers, on a free port of this machine: `server LAYER [REDIS-URL]`. Prints its
//! address; without arguments, the names of the layers. `http.sh` measures it.

use peers::peers::Refused;
use peers::routes::{LAYERS, router};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Refused> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let Some(layer) = args.first() else {
        println!("{}", LAYERS.join("\n"));
        return Ok(());
    };
    let app = router(layer, args.get(1).map(String::as_str)).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
