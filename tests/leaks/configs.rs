//! Config with a secret in each field that is wrong for it: the error tells the field, and not what stands there.
#![cfg(feature = "config")]

use sealed_session::{Keyring, SessionLayer, Settings};

use super::needles::Needles;
use super::support::key;

#[test]
fn an_error_of_a_config_shows_no_secret_in_whatever_field_it_is() {
    let secret = key("a").expose_base64();
    let mut needles = Needles::default();
    needles.raw("the secret", secret.as_bytes());
    needles.raw("the secret without padding", secret.trim_end_matches('=').as_bytes());
    needles.raw("the secret in base64url", secret.trim_end_matches('=').replace('/', "_").as_bytes());
    let folder = tempfile::tempdir().unwrap();
    let label = "[[keys]]\nlabel = \"x\"\n";
    let good = format!("{label}secret = \"{}\"\n", key("b").expose_base64().as_str());
    let keys = [
        format!("{label}secret = \"{}\"", secret.as_str()),
        format!("{label}secret = '{}!'", secret.as_str()),
        format!("{label}secret = \"{}\\q\"", secret.as_str()),
        format!("{label}secret = {}", secret.as_str()),
        format!("{label}secret = [\"{}\"]", secret.as_str()),
        format!("{label}secret = {{ value = \"{}\" }}", secret.as_str()),
        format!("{label}secrets = \"{}\"", secret.as_str()),
        format!("{label}secret_file = \"{}\"", secret.as_str()),
        format!("{label}secret_env = \"{}\"", secret.as_str()),
        format!("{good}seal_from = \"{}\"", secret.as_str()),
        format!("{good}open_until = \"{}\"", secret.as_str()),
        format!("{good}revoked = \"{}\"", secret.as_str()),
        format!("[[keys]]\nlabel = \"{}\"\n", secret.as_str()),
        format!("[[keys]]\nlabel = \"{0}\"\nsecret = \"{0}\"", secret.as_str()),
        format!("{good}{} = 1", secret.trim_end_matches('=').replace('/', "_")),
        format!("{good}\"{}\" = 1", secret.as_str()),
        format!("keys = \"{}\"", secret.as_str()),
        format!("keys = [\"{}\"]", secret.as_str()),
    ];
    // Names, paths and the context are public: they are shown as they are.
    let settings = ["keys_file", "lifetime", "pad_to", "store", "cookie.same_site", "cookie.secure"];
    let settings = settings.map(|field| format!("{field} = \"{}\"\n{good}", secret.as_str()));
    for (number, text) in keys.iter().chain(&settings).enumerate() {
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        let mut shown = format!("{:?}", Keyring::from_file(&path).map(drop).map_err(|error| error.to_string()));
        match Settings::from_file(&path).and_then(|settings| SessionLayer::<u8>::from_settings(&settings)) {
            Ok(layer) => shown += &format!("{layer:?}"),
            Err(error) => shown += &format!("{error} {error:?}"),
        }
        if let Ok(settings) = Settings::from_file(&path) {
            shown += &format!("{:?}", settings.keys.iter().map(|key| &key.secret).collect::<Vec<_>>());
        }
        let found = needles.within(shown.as_bytes());
        assert!(found.is_empty(), "{number}: {shown}\n{text}");
    }
}
