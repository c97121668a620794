//! Which feature an item needs: by an attribute of its own or of what it is in, or by the attribute of a module, which stands
//! in the source and, for a private one, not in what rustdoc writes.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) struct Features<'a> {
    index: &'a Value,
    /// A folder or file of the source, and what is written above the `mod` for it.
    modules: HashMap<PathBuf, String>,
}

impl<'a> Features<'a> {
    pub(crate) fn new(json: &'a Value) -> Self {
        let mut modules = HashMap::new();
        gather(Path::new("src"), &mut modules);
        assert!(modules.len() > 5, "modules that need a feature: {modules:?}");
        Self { index: &json["index"], modules }
    }

    /// The features of an item in another one, in words; `None` if it is always there.
    pub(crate) fn of(&self, item: u32, parent: Option<u32>) -> Option<String> {
        let mut all: Vec<_> = [Some(item), parent].into_iter().flatten().flat_map(|id| self.own(id)).collect();
        all.sort();
        all.dedup();
        (!all.is_empty()).then(|| all.join(", "))
    }

    fn own(&self, id: u32) -> Vec<String> {
        let item = &self.index[id.to_string()];
        let attributes =
            item["attrs"].as_array().into_iter().flatten().filter_map(|attribute| attribute["other"].as_str());
        let mut features: Vec<_> = attributes.filter(|text| text.contains("CfgTrace")).filter_map(named).collect();
        if let Some(file) = item["span"]["filename"].as_str() {
            let above = Path::new(file).with_extension("");
            features.extend(above.ancestors().filter_map(|path| self.modules.get(path).cloned()));
        }
        features
    }
}

/// What `#[cfg(…)]` asks of the modules that are declared in the files below `folder`.
fn gather(folder: &Path, modules: &mut HashMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, modules);
            continue;
        }
        // The modules in src/lib.rs are in src itself; those of src/store.rs are in src/store.
        let below = if path == Path::new("src/lib.rs") { folder.to_path_buf() } else { path.with_extension("") };
        for attribute in fs::read_to_string(&path).unwrap().split("\n#[cfg(").skip(1) {
            let Some((condition, rest)) = attribute.split_once(")]\n") else { continue };
            let declared = rest.lines().next().and_then(|line| line.trim_start_matches("pub ").strip_prefix("mod "));
            if let (Some(module), Some(feature)) = (declared, named(condition)) {
                modules.insert(below.join(module.trim_end_matches(';')), feature);
            }
        }
    }
}

/// The features that a condition names: every word in quotes, but for `"feature"`, as the compiler writes it.
fn named(condition: &str) -> Option<String> {
    let names: Vec<_> = condition.split('"').skip(1).step_by(2).filter(|word| *word != "feature").collect();
    (!names.is_empty()).then(|| names.join(" or "))
}
