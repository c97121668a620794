//! A plaintext, sealed for real, so that what is behind the tag is reached: by the sealer, and by a layer whose type has a
//! bit of all.
//!
//! First byte: even, the plaintext itself; odd, the fields of one, whose schema may be set right and whose times made good.

use arbitrary::{Arbitrary, Unstructured};
use sealed_session::{Schema, Sealer, Session};

use crate::data::Rich;
use crate::format::{self, Format, Plain, Purpose, Reading};
use crate::site::{self, LIMITS, NAME, NOW, Site};

thread_local! {
    static TOOLS: Tools = Tools {
        sealer: Sealer::new(site::keyring(), NAME, "").expect("a valid name"),
        site: Site::new(|builder| builder),
        format: site::format(),
        schema: Schema::of::<Rich>().expect("a shape").to_bytes(),
    };
}

struct Tools {
    sealer: Sealer,
    site: Site<Rich>,
    format: Format,
    schema: [u8; 4],
}

pub fn plaintext(data: &[u8]) {
    let Some((mode, rest)) = data.split_first() else { return };
    TOOLS.with(|tools| match mode % 4 {
        0 => tools.check(rest),
        1 => {
            let Ok(mut plain) = Plain::arbitrary_take_rest(Unstructured::new(rest)) else { return };
            plain.zeros = plain.zeros.map(|zeros| zeros % 300);
            plain.kind %= 8;
            tools.check(&plain.write());
        }
        2 => tools.check(&tools.good(rest.to_vec()).write()),
        _ => {
            let mut unstructured = Unstructured::new(rest);
            let Ok(shift) = u8::arbitrary(&mut unstructured) else { return };
            let Ok(own_limits) = Option::arbitrary(&mut unstructured) else { return };
            let mut plain = tools.good(unstructured.take_rest().to_vec());
            plain.created = NOW - u64::from(shift) * 6000;
            plain.age = u64::from(shift % 32) * 100;
            plain.own_limits = own_limits;
            plain.generation = (shift > 200).then_some(u64::from(shift));
            plain.zeros = (shift % 3 == 0).then_some(u16::from(shift));
            tools.check(&plain.write());
        }
    });
}

impl Tools {
    /// A session that was just created.
    fn good(&self, payload: Vec<u8>) -> Plain {
        Plain {
            kind: 0,
            id: [7; 16],
            created: NOW,
            age: 0,
            own_limits: None,
            generation: None,
            until: None,
            zeros: None,
            schema: Some(self.schema),
            payload,
        }
    }

    fn check(&self, plaintext: &[u8]) {
        let value = format::encode(&self.format.seal(Purpose::Cookie, plaintext));
        if value.len() > 4096 {
            return;
        }
        let reading = Plain::read(plaintext, Purpose::Cookie);
        self.check_sealer(&value, &reading);
        self.check_layer(&value, &reading);
        if let Reading::Plain(plain) = reading {
            assert_eq!(plain.write(), plaintext, "a second spelling of {plain:?}");
        }
    }

    fn check_sealer(&self, value: &str, reading: &Reading) {
        match (self.sealer.open(value.as_bytes(), site::now()), reading) {
            (Ok(opened), Reading::Plain(plain)) => {
                assert_eq!(opened.head.id.to_bytes(), plain.id);
                assert_eq!(opened.head.created.as_unix(), plain.created);
                assert_eq!(opened.head.issued.as_unix(), plain.issued());
                assert_eq!(opened.head.own_limits.map(|own| (own.lifetime, own.idle)), plain.own_limits);
                assert_eq!(opened.head.generation, plain.generation.unwrap_or(0));
                assert_eq!(opened.schema().map(Schema::to_bytes), plain.schema);
                assert_eq!(opened.payload(), plain.payload);
            }
            (Err(refusal), Reading::Malformed) => assert_eq!(refusal.as_str(), "malformed"),
            (Err(refusal), Reading::Unknown) => assert_eq!(refusal.as_str(), "unknown_format"),
            (result, reading) => panic!("{result:?} for {reading:?}"),
        }
    }

    fn check_layer(&self, value: &str, reading: &Reading) {
        let first = self.site.call(&[site::cookie(value)], |session| {
            session.update(|rich| {
                rich.count = rich.count.wrapping_add(1);
                rich.clone()
            })
        });
        let expected = match reading {
            Reading::Malformed => "malformed",
            Reading::Unknown => "unknown_format",
            Reading::Plain(plain) => match plain.refused_at(NOW, LIMITS) {
                Some(refusal) => refusal,
                None if plain.kind == 1 => "no_store",
                None if plain.schema != Some(self.schema) => "foreign_schema",
                None if first.outcome() == "malformed" => "malformed",
                None => "opened",
            },
        };
        assert_eq!(first.outcome(), expected, "{reading:?}");
        let Some(cookie) = first.cookie() else {
            let too_large = first.events.iter().any(|event| event.starts_with("failed: TooLarge"));
            assert!(too_large && value.len() > 3500, "not saved: {first:?}");
            return;
        };
        let second = self.site.call(&[cookie], Session::<Rich>::get);
        let written = first.handled.map(|(value, _)| value);
        assert_eq!(second.outcome(), "opened", "{written:?}");
        assert_eq!(second.handled.map(|(value, _)| value), written);
    }
}
