//! YAML: the iOS project's description, and the workflows of a hosted build.

use anyhow::{Context, Result, bail};
use saphyr::{LoadableYamlNode, Yaml};
use serde_json::{Map, Value};

use super::Faults;

/// The one document of this text.
pub fn parse(text: &str) -> Result<Value> {
    let documents = Yaml::load_from_str(text).context("no well-formed YAML")?;
    match documents.as_slice() {
        [document] => value(document),
        several => bail!("{} documents", several.len()),
    }
}

fn value(node: &Yaml) -> Result<Value> {
    if let Some(list) = node.as_sequence() {
        return Ok(Value::Array(list.iter().map(value).collect::<Result<_>>()?));
    }
    if let Some(pairs) = node.as_mapping() {
        let mut object = Map::new();
        for (key, inside) in pairs {
            let key = match value(key)? {
                Value::String(key) => key,
                other => other.to_string(),
            };
            if object.insert(key.clone(), value(inside)?).is_some() {
                bail!("`{key}` stands there twice");
            }
        }
        return Ok(Value::Object(object));
    }
    Ok(if let Some(text) = node.as_str() {
        Value::from(text)
    } else if let Some(number) = node.as_integer() {
        Value::from(number)
    } else if let Some(number) = node.as_floating_point() {
        Value::from(number)
    } else if let Some(truth) = node.as_bool() {
        Value::from(truth)
    } else {
        Value::Null
    })
}

/// What every workflow of ours owes its reader, and what would run something unknown.
pub fn workflow_faults(text: &str) -> Result<Faults> {
    let mut faults = Faults::new();
    let head: Vec<&str> = text
        .lines()
        .take_while(|line| line.starts_with('#'))
        .collect();
    if !head.join(" ").contains("never run") {
        faults.push("its first lines do not say that it has never run".to_owned());
    }
    let workflow = parse(text)?;
    if workflow["permissions"] != serde_json::json!({ "contents": "read" }) {
        faults.push("it may do more than read the project".to_owned());
    }
    if workflow["on"].is_null() {
        faults.push("nothing starts it".to_owned());
    }
    let jobs = workflow["jobs"].as_object();
    if jobs.is_none_or(Map::is_empty) {
        faults.push("it has no job".to_owned());
    }
    for (name, job) in jobs.into_iter().flatten() {
        if job["runs-on"].is_null() {
            faults.push(format!("{name} runs nowhere"));
        }
        if job["timeout-minutes"].as_i64().is_none() {
            faults.push(format!("{name} may run for ever"));
        }
        for step in job["steps"].as_array().into_iter().flatten() {
            let uses = step["uses"].as_str();
            if let Some(uses) = uses.filter(|uses| !is_pinned(uses)) {
                faults.push(format!("{name} uses {uses}, whatever that is on the day"));
            }
            if uses.is_none() && step["run"].as_str().is_none_or(str::is_empty) {
                faults.push(format!("a step of {name} does nothing"));
            }
        }
    }
    Ok(faults)
}

/// `owner/name@v4.2.1`, or a commit: a version that stays what it is.
fn is_pinned(uses: &str) -> bool {
    let Some((_, version)) = uses.split_once('@') else {
        return false;
    };
    let commit = version.len() == 40 && version.chars().all(|digit| digit.is_ascii_hexdigit());
    let numbers = version.strip_prefix('v').unwrap_or(version).split('.');
    let numbers: Vec<_> = numbers.map(str::parse::<u32>).collect();
    commit || (numbers.len() == 3 && numbers.iter().all(Result::is_ok))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Has never run.\non: push\npermissions:\n  contents: read\njobs:\n  test:\n\
        \x20   runs-on: ubuntu-24.04\n    timeout-minutes: 90\n    steps:\n\
        \x20     - uses: actions/checkout@v4.2.2\n      - run: cargo xtask test\n";

    #[test]
    fn a_workflow_that_keeps_its_word_is_no_fault() {
        assert_eq!(workflow_faults(GOOD).unwrap(), Faults::new());
    }

    #[test]
    fn every_slip_of_a_workflow_is_found() {
        for (from, to, word) in [
            ("# Has never run.\n", "", "never run"),
            ("contents: read", "contents: write", "more than read"),
            ("on: push\n", "", "nothing starts it"),
            ("    timeout-minutes: 90\n", "", "for ever"),
            ("    runs-on: ubuntu-24.04\n", "", "nowhere"),
            ("@v4.2.2", "@main", "actions/checkout@main"),
            ("@v4.2.2", "@v4", "actions/checkout@v4"),
            ("run: cargo xtask test", "name: Test", "does nothing"),
        ] {
            let faults = workflow_faults(&GOOD.replace(from, to)).unwrap();
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert!(faults[0].contains(word), "{word}: {faults:?}");
        }
    }

    #[test]
    fn what_is_no_yaml_or_says_a_thing_twice_is_refused() {
        assert!(parse("a: [1").is_err());
        assert!(parse("a: 1\na: 2").is_err());
        assert_eq!(parse("iOS: 16.4").unwrap()["iOS"], 16.4);
    }
}
