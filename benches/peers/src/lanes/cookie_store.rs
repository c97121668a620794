//! tower-sessions-cookie-store: sessions of tower-sessions in an encrypted cookie.

use ::tower::Layer;
use axum::body::Body;
use http::{Request, Response, StatusCode};
use tower_sessions_cookie_store::{CookieSessionManagerLayer, Key, Session};

use super::tower::{Tower, respond, service};
use super::{Base, Lane};
use crate::peers::Refused;
use crate::session::Shop;
use crate::touch::{SHOP, Touch, modify, status};

pub(super) fn lane(shop: &'static Shop) -> Result<Lane, Refused> {
    let layer = CookieSessionManagerLayer::private(Key::generate());
    let name = "tower-sessions-cookie-store, private";
    super::lane((name, "tower-sessions-cookie-store", Base::Tower), shop, |touch| {
        Ok(Tower(layer.layer(service(touch, handle))))
    })
}

/// The handler, also for the newer `Session` of tower-sessions itself.
macro_rules! handler {
    ($session:ty) => {
        pub(crate) async fn handle(request: Request<Body>, touch: Touch) -> Response<Body> {
            respond(match touch {
                Touch::Untouched => StatusCode::OK,
                // A clone, as the extractor of the package gives it.
                _ => answer(request.extensions().get::<$session>().cloned(), touch)
                    .await
                    .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            })
        }

        async fn answer(
            session: Option<$session>,
            touch: Touch,
        ) -> Result<StatusCode, Box<dyn std::error::Error + Send + Sync>> {
            let session = session.ok_or("no layer")?;
            if let Touch::Fill(shop) = touch {
                session.insert(SHOP, shop).await?;
                return Ok(StatusCode::OK);
            }
            let mut shop = session.get::<Shop>(SHOP).await?;
            if let (Touch::Modify, Some(shop)) = (touch, &mut shop) {
                modify(shop);
                session.insert(SHOP, shop).await?;
            }
            Ok(status(shop.as_ref()))
        }
    };
}
pub(super) use handler;

handler!(Session);
