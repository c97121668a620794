#![allow(clippy::unwrap_used)]

use http::HeaderValue;

use super::*;

fn header(fields: &[&[u8]]) -> HeaderMap {
    fields.iter().map(|field| (COOKIE, HeaderValue::from_bytes(field).unwrap())).collect()
}

fn found(fields: &[&[u8]]) -> Vec<String> {
    let headers = header(fields);
    let values = find(&headers, "__Host-session").into_iter().flatten();
    values.map(|value| String::from_utf8_lossy(value).into_owned()).collect()
}

#[test]
fn names_are_matched_byte_for_byte() {
    let cases: [(&[&[u8]], &[&str]); 17] = [
        (&[b"__Host-session=a"], &["a"]),
        (&[b"x=1; __Host-session=a; y=2"], &["a"]),
        (&[b"x=1;__Host-session=a;y=2"], &["a"]),
        (&[b"x=1; \t __Host-session=a"], &["a"]),
        (&[b"__Host-session=a=b==; x=1"], &["a=b=="]),
        (&[b"__Host-session=a; __Host-session=b"], &["a", "b"]),
        (&[b"x=1", b"__Host-session=a"], &["a"]),
        (&[b"x=\xff\xfe\x80; __Host-session=a"], &["a"]),
        (&[b"__Host-session=\"a\""], &["\"a\""]),
        (&[b"__Host-session="], &[""]),
        (&[b"__Host-session"], &[]),
        (&[b"__host-session=a"], &[]),
        (&[b"=__Host-session=a"], &[]),
        (&[b"__Host-session =a"], &[]),
        (&[b"%5F%5FHost-session=a; \xe2\x80\x80__Host-session=b"], &[]),
        (&[b"x__Host-session=a; __Host-sessionx=b"], &[]),
        (&[b""], &[]),
    ];
    for (fields, expected) in cases {
        assert_eq!(found(fields), expected, "{:?}", String::from_utf8_lossy(fields.concat().as_slice()));
    }
}

#[test]
fn row_14_at_most_four_are_looked_at() {
    let many = "__Host-session=a; ".repeat(500);
    assert_eq!(found(&[many.as_bytes()]).len(), 4);
}

fn attributes(change: impl FnOnce(&mut Attributes)) -> Attributes {
    let mut attributes = Attributes::default();
    change(&mut attributes);
    attributes
}

#[test]
fn rows_16_and_17_what_browsers_refuse_cannot_be_built() {
    type Change = fn(&mut Attributes);
    let cases: [(&str, Change); 28] = [
        ("name", |a| a.name = String::new()),
        ("name", |a| a.name = "a;b".into()),
        ("name", |a| a.name = "a=b".into()),
        ("name", |a| a.name = "a\r\nb".into()),
        ("name", |a| a.name = "a\0".into()),
        ("name", |a| a.name = "a b".into()),
        ("name", |a| a.name = "sitzung\u{e4}".into()),
        ("path", |a| a.path = String::new()),
        ("path", |a| a.path = "app".into()),
        ("path", |a| a.path = "/a;b".into()),
        ("path", |a| a.path = "/a\r\nSet-Cookie: x=y".into()),
        ("path", |a| a.path = "/a\0".into()),
        ("path", |a| a.path = format!("/{}", "a".repeat(1024))),
        ("domain", |a| a.domain = Some(String::new())),
        ("domain", |a| a.domain = Some(".example.com".into())),
        ("domain", |a| a.domain = Some("example.com.".into())),
        ("domain", |a| a.domain = Some("example.com:443".into())),
        ("domain", |a| a.domain = Some("https://example.com".into())),
        ("domain", |a| a.domain = Some("a;b".into())),
        ("domain", |a| a.domain = Some("a\0b".into())),
        ("domain", |a| a.domain = Some("a\nb".into())),
        ("__Host-session", |a| a.domain = Some("example.com".into())),
        ("__Host-session", |a| a.path = "/app".into()),
        ("__Host-session", |a| a.secure = false),
        ("__secure-x", |a| (a.name, a.secure) = ("__secure-x".into(), false)),
        ("__HOST-x", |a| (a.name, a.path) = ("__HOST-x".into(), "/app".into())),
        ("SameSite=None", |a| (a.name, a.secure, a.same_site) = ("s".into(), false, SameSite::None)),
        ("Partitioned", |a| (a.name, a.secure, a.partitioned) = ("s".into(), false, true)),
    ];
    for (expected, change) in cases {
        let error = Template::new(&attributes(change)).unwrap_err();
        assert_eq!(*error.kind(), crate::ErrorKind::Setting);
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn one_template_renders_setting_and_removal() {
    let cases = [
        (Attributes::default(), "; HttpOnly; SameSite=Lax; Secure; Path=/"),
        (
            attributes(|a| {
                (a.name, a.path, a.domain) = ("s".into(), "/app".into(), Some("example.com".into()));
                (a.same_site, a.partitioned) = (SameSite::None, true);
            }),
            "; HttpOnly; SameSite=None; Partitioned; Secure; Path=/app; Domain=example.com",
        ),
        (
            attributes(|a| (a.name, a.secure, a.same_site) = ("s".into(), false, SameSite::Strict)),
            "; HttpOnly; SameSite=Strict; Path=/",
        ),
    ];
    for (attributes, rendered) in cases {
        let name = attributes.name.clone();
        let template = Template::new(&attributes).unwrap();
        assert_eq!(template.name(), name);
        let set = |expiry| {
            let field = template.set(expiry, 3, |out| {
                out.extend_from_slice(b"abc");
                Ok(())
            });
            let field = field.unwrap();
            assert!(field.is_sensitive());
            assert_eq!(field.len(), template.len(expiry, 3));
            assert_eq!(MAX_SET_COOKIE - template.max_value(expiry), field.len() - 3);
            field.to_str().unwrap().to_owned()
        };
        assert_eq!(set(Expiry::Seconds(86400)), format!("{name}=abc{rendered}; Max-Age=86400"));
        assert_eq!(set(Expiry::Seconds(0)), format!("{name}=abc{rendered}; Max-Age=0"));
        assert_eq!(set(Expiry::WithBrowser), format!("{name}=abc{rendered}"));
        let removal = format!("{name}={rendered}; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(template.removal(), removal.as_str());
    }
}
