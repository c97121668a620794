//! A form that answers with a redirect, and says on the next page what came of it: `cargo run --example flash`, then open
//! <http://localhost:3000>, or
//!
//! ```sh
//! curl -c jar -b jar -L -d email=ada@example.com localhost:3000/email
//! curl -c jar -b jar localhost:3000/
//! ```

use axum::Router;
use axum::extract::Form;
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use sealed_session::{Error, Flash, HasFlash, Keyring, Messages, Session, SessionLayer};
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Profile {
    email: String,
    flash: Messages,
}

impl HasFlash for Profile {
    fn messages(&mut self) -> &mut Messages {
        &mut self.flash
    }
}

#[derive(Deserialize)]
struct Change {
    email: String,
}

async fn change(session: Session<Profile>, flash: Flash<Profile>, Form(form): Form<Change>) -> Result<Redirect, Error> {
    if form.email.contains('@') {
        session.try_update(|profile| profile.email.clone_from(&form.email))?;
        flash.success(format!("We will write to {} from now on.", form.email))?;
        flash.push("todo", "Please confirm it: we have sent you a letter.")?;
    } else {
        flash.error(format!("{} is no e-mail address.", form.email))?;
    }
    Ok(Redirect::to("/"))
}

async fn home(session: Session<Profile>, flash: Flash<Profile>) -> Result<Html<String>, Error> {
    let line = |category: &str, text: &str| format!("<p class=\"{}\">{}</p>\n", escape(category), escape(text));
    let messages = flash.take()?;
    let lines: String = messages.iter().map(|message| line(message.category().as_str(), message.text())).collect();
    let email = escape(&session.read(|profile| profile.email.clone()));
    Ok(Html(format!(
        "<!doctype html><title>Profile</title>\n\
         <style>.success {{ color: green }} .error {{ color: red }} .todo {{ font-weight: bold }}</style>\n\
         {lines}<form method=post action=/email><input name=email value=\"{email}\"> <button>Save</button></form>\n"
    )))
}

/// Template engines do this by themselves.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let layer = SessionLayer::<Profile>::builder(Keyring::generate()?).insecure_for_http().build()?;
    let app = Router::new().route("/", get(home)).route("/email", post(change)).layer(layer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
