//! Pass after pass over a type, until everything in it was seen.

use std::{any::type_name, marker::PhantomData};

use serde::{Serialize, de::DeserializeOwned};

use super::{
    error::{SchemaError, SchemaErrorKind},
    round_trip::{Cause, Loss, round_trip},
    shape::{Cursor, Head, NodeId, Shape, Slot},
    tracer::{Blame, Fatal, Pass, Tracer},
    wire::{Wire, WriteError},
};

/// How many passes a type may take. An ordinary session takes about ten.
const MAX_PASSES: usize = 16_384;

/// Traces the shape of `T`.
pub(super) fn explore<T: Serialize + DeserializeOwned>() -> Result<Shape, SchemaError> {
    let mut tracer = Tracer::default();
    match run::<T>(&mut tracer) {
        Ok(_) => Ok(tracer.shape),
        Err(Fatal { kind, at, reason }) => Err(SchemaError::new(kind, type_name::<T>(), tracer.shape.path(at), reason)),
    }
}

/// Runs passes until the plan is fulfilled, and tells how many it took.
pub(super) fn run<T: Serialize + DeserializeOwned>(tracer: &mut Tracer) -> Result<usize, Fatal> {
    let mut at = Cursor::ROOT;
    for passes in 0..MAX_PASSES {
        if !tracer.plan.prepare(&tracer.shape) {
            return Ok(passes);
        }
        tracer.pass = Pass::default();
        let result = tracer.seed(Cursor::ROOT, PhantomData::<T>);
        // A visitor may have swallowed the refusal; a type that postcard cannot read stays one.
        if let Some(fatal) = tracer.pass.fatal.take() {
            return Err(fatal);
        }
        match result {
            Ok(value) => accept(tracer, &value)?,
            Err(_) => at = resolve(tracer)?,
        }
    }
    Err(Fatal::resists(at, "took too many attempts"))
}

/// Checks a value that came out of a pass and notes what it has shown.
fn accept<T: Serialize + DeserializeOwned>(tracer: &mut Tracer, value: &T) -> Result<(), Fatal> {
    round_trip(value).map_err(|loss| locate(tracer, &loss))?;
    if tracer.plan.commit(&tracer.pass.picks) {
        return Ok(());
    }
    Err(Fatal::resists(Cursor::ROOT, "has a part that could not be reached"))
}

/// Prepares another attempt after a refusal, and tells where that was.
fn resolve(tracer: &mut Tracer) -> Result<Cursor, Fatal> {
    let blame = tracer.pass.blame.take();
    let Some(blame) = blame else { return Err(Fatal::resists(Cursor::ROOT, "refuses without a reason")) };
    if let Some((node, arm)) = tracer.pass.missing {
        return end_variants(tracer, node, arm, &blame);
    }
    let plan = &mut tracer.plan;
    let again = plan.bury(&blame.picks)
        || plan.defer(&blame.picks)
        || plan.renounce()
        || plan.search(blame.at, &blame.picks)
        || plan.retreat(&blame.exits);
    if again { Ok(blame.at) } else { Err(resists(&blame)) }
}

/// Notes that an enum has no variant `arm`.
fn end_variants(tracer: &mut Tracer, node: NodeId, arm: usize, blame: &Blame) -> Result<Cursor, Fatal> {
    let stuck = match tracer.plan.dial_mut(node) {
        Some(dial) => {
            dial.arms = dial.arms.min(arm);
            dial.exit >= dial.arms
        }
        None => true,
    };
    if arm == 0 {
        return Err(no_variants(&tracer.shape, node, blame));
    }
    if stuck && !tracer.plan.retreat(&blame.exits) { Err(resists(blame)) } else { Ok(blame.at) }
}

/// An enum that takes no index at all: there is none, or it wants names.
fn no_variants(shape: &Shape, node: NodeId, blame: &Blame) -> Fatal {
    match shape.node(node).map(|node| node.head) {
        Some(Head::Enum([_, ..])) => {
            Fatal::unreadable(blame.at, "reads its variants by name, and postcard writes none")
        }
        _ => Fatal::resists(blame.at, "has no variants, so no value of it exists"),
    }
}

/// The end of all attempts.
fn resists(blame: &Blame) -> Fatal {
    Fatal::resists(blame.at, &format!("took none of the values that were tried (\"{}\")", blame.message))
}

/// Finds the place where what is written and what is read part.
fn locate(tracer: &Tracer, loss: &Loss) -> Fatal {
    let read = &tracer.pass.wires;
    let differs = |(n, (wire, _)): &(usize, &(Wire, NodeId))| loss.wires.get(*n) != Some(wire);
    let node = read.iter().enumerate().find(differs).map(|(_, (_, node))| *node);
    let at = node.and_then(|node| tracer.shape.node(node)).map_or(Cursor::ROOT, |node| node.at);
    let (at, reason) = match &loss.cause {
        Cause::Write(error @ WriteError::Skipped(name)) => (field_around(&tracer.shape, at, name), error.to_string()),
        Cause::Write(error) => (at, error.to_string()),
        Cause::Read => (at, "is not read as it is written".to_owned()),
    };
    Fatal { kind: SchemaErrorKind::Unreadable, at, reason }
}

/// The field of that name at or around `at`: a field that was left out may start with a part of its own.
fn field_around(shape: &Shape, at: Cursor, name: &str) -> Cursor {
    let mut around = at;
    while let Some(node) = around.parent.and_then(|parent| shape.node(parent)) {
        if let (Head::Struct(names) | Head::StructVariant(names), Slot::Field(n)) = (node.head, around.slot)
            && names.get(n) == Some(&name)
        {
            return around;
        }
        around = node.at;
    }
    at
}
