//! Tags of rules (`attack.t1110.004`, `f3.f1005.006`) as techniques.

use sellkeep_knowledge::Technique;
use serde_json::{Value, json};

/// The techniques among the tags; other tags are left to `unmapped`.
pub fn of(tags: &[String], known: &[Technique]) -> Vec<Value> {
    tags.iter().filter_map(|tag| one(tag, known)).collect()
}

fn one(tag: &str, known: &[Technique]) -> Option<Value> {
    let (framework, number) = tag.split_once('.')?;
    let framework = match framework {
        "attack" => "ATT&CK",
        "f3" => "F3",
        _ => return None,
    };
    let found = known.iter().find(|technique| technique.tag == tag);
    let whole = described(number, found);
    let mut attack = match number.split_once('.') {
        Some((parent, _)) => json!({
            "technique": described(parent, parent_of(tag, known)),
            "sub_technique": whole,
        }),
        None => json!({ "technique": whole }),
    };
    attack["version"] = match found {
        Some(found) => format!("{framework} {}", found.version).into(),
        None => framework.into(),
    };
    Some(attack)
}

fn parent_of<'a>(tag: &str, known: &'a [Technique]) -> Option<&'a Technique> {
    let (parent, _) = tag.rsplit_once('.')?;
    known.iter().find(|technique| technique.tag == parent)
}

fn described(number: &str, found: Option<&Technique>) -> Value {
    let mut technique = json!({ "uid": number.to_ascii_uppercase() });
    if let Some(found) = found {
        technique["name"] = found.name.as_str().into();
        technique["src_url"] = found.source.source.as_str().into();
    }
    technique
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_technique_names_the_whole_and_other_tags_are_none() {
        let tags = ["f3.f1005.006", "attack.t1078", "custom.one", "plain"];
        let tags: Vec<String> = tags.into_iter().map(str::to_owned).collect();
        let found = of(&tags, &[]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0]["technique"]["uid"], "F1005");
        assert_eq!(found[0]["sub_technique"]["uid"], "F1005.006");
        assert_eq!(found[1]["technique"]["uid"], "T1078");
        assert_eq!(found[1]["version"], "ATT&CK");
    }
}
