//! From a detection section to a pattern.

use std::collections::BTreeSet;

use rsigma_parser::{
    ConditionExpr, Detection, DetectionItem, Detections, Quantifier, SelectorPattern, SigmaValue,
};

use super::item::{Item, Test};
use super::modifiers::{Operator, Recipe};
use super::pattern::{Node, Pattern};
use super::text::TextTest;
use super::value::{exists, tests};
use super::{Lookup, Refusal};

/// More selections than any rule needs, counted with repetition: `1 of them` written a
/// thousand times over must not eat the memory.
const SELECTIONS_MAX: usize = 2_000;

/// A pattern and the selections that its condition never asks for.
pub(super) struct Compiled<N> {
    pub(super) pattern: Pattern<N>,
    pub(super) unused: Vec<String>,
}

/// Makes a pattern of a detection section.
pub(super) fn compile<E: Lookup>(section: &Detections) -> Result<Compiled<E::Name>, Refusal> {
    let mut compiler = Compiler::<E> {
        section,
        used: BTreeSet::new(),
        selections: 0,
        event: std::marker::PhantomData,
    };
    if section.named.is_empty() {
        return Err("there is no selection".to_owned());
    }
    let mut roots = Vec::new();
    for condition in &section.conditions {
        roots.push(compiler.expression(condition)?);
    }
    let root = match roots.len() {
        0 => return Err("the condition is an empty list".to_owned()),
        1 => roots.remove(0),
        _ => Node::Any(roots),
    };
    compiler.unused_are_sound()?;
    let names = section.named.keys();
    let unused = names.filter(|name| !compiler.used.contains(*name));
    let mut unused: Vec<String> = unused.cloned().collect();
    unused.sort();
    Ok(Compiled {
        pattern: Pattern { root },
        unused,
    })
}

struct Compiler<'a, E> {
    section: &'a Detections,
    used: BTreeSet<String>,
    selections: usize,
    event: std::marker::PhantomData<fn(&E)>,
}

impl<E: Lookup> Compiler<'_, E> {
    fn expression(&mut self, condition: &ConditionExpr) -> Result<Node<E::Name>, Refusal> {
        match condition {
            ConditionExpr::And(parts) => Ok(Node::All(self.expressions(parts)?)),
            ConditionExpr::Or(parts) => Ok(Node::Any(self.expressions(parts)?)),
            ConditionExpr::Not(part) => Ok(Node::Not(Box::new(self.expression(part)?))),
            ConditionExpr::Identifier(name) => self.selection(name),
            ConditionExpr::Selector {
                quantifier,
                pattern,
            } => self.several(quantifier, pattern),
        }
    }

    fn expressions(&mut self, parts: &[ConditionExpr]) -> Result<Vec<Node<E::Name>>, Refusal> {
        parts.iter().map(|part| self.expression(part)).collect()
    }

    fn several(
        &mut self,
        quantifier: &Quantifier,
        pattern: &SelectorPattern,
    ) -> Result<Node<E::Name>, Refusal> {
        let mut names: Vec<String> = self.section.named.keys().cloned().collect();
        names.retain(|name| match pattern {
            SelectorPattern::Them => !name.starts_with('_'),
            SelectorPattern::Pattern(pattern) => named_so(pattern, name),
        });
        names.sort();
        if names.is_empty() {
            return Err(format!(
                "the condition's `{quantifier} of {pattern}` finds no selection"
            ));
        }
        let nodes: Result<Vec<_>, _> = names.iter().map(|name| self.selection(name)).collect();
        match quantifier {
            Quantifier::Any => Ok(Node::Any(nodes?)),
            Quantifier::All => Ok(Node::All(nodes?)),
            Quantifier::Count(count) => Err(format!(
                "the condition says `{count} of`; Sigma knows only `1 of` and `all of`"
            )),
        }
    }

    fn selection(&mut self, name: &str) -> Result<Node<E::Name>, Refusal> {
        let Some(detection) = self.section.named.get(name) else {
            return Err(format!(
                "the condition asks for {name:?}, which is not there"
            ));
        };
        self.selections += 1;
        if self.selections > SELECTIONS_MAX {
            return Err("the condition asks for too many selections".to_owned());
        }
        self.used.insert(name.to_owned());
        detection_node::<E>(detection).map_err(|reason| format!("selection {name:?}: {reason}"))
    }

    /// A mistake counts in a selection that is not asked for, too.
    fn unused_are_sound(&self) -> Result<(), Refusal> {
        for (name, detection) in &self.section.named {
            detection_node::<E>(detection)
                .map_err(|reason| format!("selection {name:?}: {reason}"))?;
        }
        Ok(())
    }
}

fn named_so(pattern: &str, name: &str) -> bool {
    TextTest::sigma(
        &rsigma_parser::SigmaString::new(pattern),
        super::text::Place::Whole,
        true,
        false,
    )
    .is_ok_and(|test| test.matches(name))
}

fn detection_node<E: Lookup>(detection: &Detection) -> Result<Node<E::Name>, Refusal> {
    match detection {
        Detection::AllOf(items) if items.is_empty() => Err("it is empty".to_owned()),
        Detection::AllOf(items) => {
            let nodes: Result<Vec<_>, _> = items.iter().map(item_node::<E>).collect();
            Ok(Node::All(nodes?))
        }
        Detection::AnyOf(parts) if parts.is_empty() => Err("it is empty".to_owned()),
        Detection::AnyOf(parts) => {
            let nodes: Result<Vec<_>, _> = parts.iter().map(detection_node::<E>).collect();
            Ok(Node::Any(nodes?))
        }
        Detection::Keywords(words) => keywords::<E>(words, &Recipe::read(&[])?),
        _ => Err("lists within a field are not part of Sigma 2.1".to_owned()),
    }
}

fn item_node<E: Lookup>(item: &DetectionItem) -> Result<Node<E::Name>, Refusal> {
    let shown = item.field.name.as_deref().unwrap_or("|");
    named_item::<E>(item).map_err(|reason| format!("field {shown:?}: {reason}"))
}

fn named_item<E: Lookup>(item: &DetectionItem) -> Result<Node<E::Name>, Refusal> {
    let recipe = Recipe::read(&item.field.modifiers)?;
    let Some(word) = &item.field.name else {
        return keywords::<E>(&item.values, &recipe);
    };
    let name = E::name(word)?;
    if recipe.operator == Operator::Exists {
        return Ok(Node::Exists(name, exists(&item.values)?));
    }
    let each = each_value::<E>(&item.values, &recipe)?;
    if recipe.all {
        return Ok(all_values(&name, each, recipe.neq));
    }
    Ok(Node::Item(Item {
        name,
        tests: each.into_iter().flatten().collect(),
        all: false,
        neq: recipe.neq,
    }))
}

/// `all` over values that may be written in several ways each: all values, each in one way.
fn all_values<N: Clone>(name: &N, each: Vec<Vec<Test<N>>>, neq: bool) -> Node<N> {
    let simple = each.iter().all(|tests| tests.len() == 1);
    if simple {
        let tests = each.into_iter().flatten().collect();
        return Node::Item(Item {
            name: name.clone(),
            tests,
            all: true,
            neq,
        });
    }
    let item = |tests| {
        Node::Item(Item {
            name: name.clone(),
            tests,
            all: false,
            neq: false,
        })
    };
    let all = Node::All(each.into_iter().map(item).collect());
    if neq { Node::Not(Box::new(all)) } else { all }
}

type Tests<N> = Vec<Vec<Test<N>>>;

fn each_value<E: Lookup>(
    values: &[SigmaValue],
    recipe: &Recipe,
) -> Result<Tests<E::Name>, Refusal> {
    if values.is_empty() {
        return Err("there is no value".to_owned());
    }
    if recipe.all && values.len() == 1 {
        return Err("`all` needs more than one value".to_owned());
    }
    values
        .iter()
        .map(|value| tests::<E>(value, recipe))
        .collect()
}

fn keywords<E: Lookup>(values: &[SigmaValue], recipe: &Recipe) -> Result<Node<E::Name>, Refusal> {
    if !matches!(recipe.operator, Operator::Words(_) | Operator::Regex(_)) || recipe.neq {
        return Err("a keyword is words or an expression".to_owned());
    }
    let each = each_value::<E>(values, recipe)?;
    let mut tests = Vec::new();
    for test in each.into_iter().flatten() {
        tests.push(keyword(test)?);
    }
    Ok(Node::Words(tests, recipe.all))
}

fn keyword<N>(test: Test<N>) -> Result<Test<N>, Refusal> {
    match test {
        Test::Text(test) => Ok(Test::Text(test.anywhere())),
        Test::Number(number) => {
            let words = super::Datum::Number(number).shown().into_owned();
            Ok(Test::Text(TextTest::plain(
                &words,
                super::text::Place::Anywhere,
                false,
            )))
        }
        Test::Regex(_) => Ok(test),
        _ => Err("a keyword is words or a number".to_owned()),
    }
}
