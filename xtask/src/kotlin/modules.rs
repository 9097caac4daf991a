//! What has Kotlin in it: the app's own project, and every plugin of ours with an Android half.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::sources;
use crate::workspace::root;

/// One Gradle module.
pub struct Module {
    pub name: String,
    /// The package of its `R`.
    pub namespace: String,
    pub code: PathBuf,
    res: PathBuf,
}

impl Module {
    pub fn all() -> Result<Vec<Module>> {
        let tauri = root().join("src-tauri");
        let mut modules = vec![Module::at("app", &tauri.join("gen/android/app"))?];
        let mut plugins = Vec::new();
        for entry in std::fs::read_dir(tauri.join("plugins"))
            .into_iter()
            .flatten()
        {
            plugins.push(entry?.path());
        }
        plugins.sort();
        for plugin in plugins {
            let android = plugin.join("android");
            if android.is_dir() {
                let name = plugin.file_name().unwrap_or_default().to_string_lossy();
                modules.push(Module::at(&name, &android)?);
            }
        }
        Ok(modules)
    }

    fn at(name: &str, folder: &Path) -> Result<Module> {
        let gradle = folder.join("build.gradle.kts");
        let text = std::fs::read_to_string(&gradle)
            .with_context(|| format!("reading {}", gradle.display()))?;
        let namespace =
            namespace(&text).with_context(|| format!("{} has no namespace", gradle.display()))?;
        Ok(Module {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            code: folder.join("src/main/java"),
            res: folder.join("src/main/res"),
        })
    }

    /// Writes this module's `R` under `work`.
    pub fn resources(&self, work: &Path) -> Result<PathBuf> {
        let file = work.join("r").join(&self.name).join("R.java");
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&file, self.r()?)?;
        Ok(file)
    }

    /// `R`: the names of what lies in this module's `res`.
    fn r(&self) -> Result<String> {
        let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let files = if self.res.is_dir() {
            sources::files(&self.res)?
        } else {
            Vec::new()
        };
        for file in files {
            let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
            let folder = folder.to_string_lossy();
            // `values-night` says the same names as `values`.
            let kind = folder.split('-').next().unwrap_or_default();
            if kind == "values" {
                for (kind, name) in named(&std::fs::read_to_string(&file)?) {
                    names.entry(kind).or_default().insert(name);
                }
            } else if let Some(name) = file.file_stem() {
                let name = name.to_string_lossy().into_owned();
                names.entry(kind.to_owned()).or_default().insert(name);
            }
        }
        Ok(java(&self.namespace, &names))
    }
}

/// `namespace = "app.undersong"`
fn namespace(gradle: &str) -> Option<&str> {
    gradle.lines().find_map(|line| {
        line.trim()
            .strip_prefix("namespace = \"")?
            .strip_suffix('"')
    })
}

/// The kind and name of everything in a file of values: `<string name="app_name">`.
fn named(xml: &str) -> Vec<(String, String)> {
    xml.split('<')
        .filter_map(|tag| {
            let (kind, rest) = tag.split_once(" name=\"")?;
            let (name, _) = rest.split_once('"')?;
            let is_one = !kind.is_empty()
                && kind.chars().all(|it| it.is_ascii_lowercase())
                && kind != "item";
            is_one.then(|| (kind.to_owned(), name.replace('.', "_")))
        })
        .collect()
}

fn java(namespace: &str, names: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut text = format!("package {namespace};\n\npublic final class R {{\n");
    for (kind, names) in names {
        text.push_str(&format!("    public static final class {kind} {{\n"));
        for (number, name) in names.iter().enumerate() {
            text.push_str(&format!(
                "        public static final int {name} = {number};\n"
            ));
        }
        text.push_str("    }\n");
    }
    text + "}\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_colours_are_found_under_their_names() {
        let xml = "<resources>\n<string name=\"app_name\">Undersong</string><!-- <string> -->\n\
                   <style name=\"Theme.undersong\"><item name=\"android:a\">b</item></style></resources>";
        let found = named(xml);
        assert!(found.contains(&("string".to_owned(), "app_name".to_owned())));
        assert!(found.contains(&("style".to_owned(), "Theme_undersong".to_owned())));
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn the_app_is_a_module_with_its_paper() {
        let modules = Module::all().expect("the projects can be read");
        assert_eq!(modules[0].namespace, "app.undersong");
        let text = modules[0].r().expect("its names");
        assert!(text.contains("class color {\n        public static final int paper = 0;"));
        assert!(text.contains("ic_launcher"));
    }
}
