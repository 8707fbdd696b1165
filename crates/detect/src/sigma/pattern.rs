//! A pattern over a single event, ready to be matched.

use super::item::{Item, Test};
use super::{Datum, Lookup};

/// Something that an event matches or not.
pub trait Matcher<E> {
    /// Whether the event matches.
    fn matches(&self, event: &E) -> bool;
}

/// A pattern over events that are looked up by names of one kind.
#[derive(Debug, Clone)]
pub struct Pattern<N> {
    pub(super) root: Node<N>,
}

#[derive(Debug, Clone)]
pub(super) enum Node<N> {
    /// Always or never.
    Always(bool),
    All(Vec<Node<N>>),
    Any(Vec<Node<N>>),
    Not(Box<Node<N>>),
    Item(Item<N>),
    Exists(N, bool),
    /// Keywords: searched in all words of the event.
    Words(Vec<Test<N>>, bool),
}

impl<E: Lookup> Matcher<E> for Pattern<E::Name> {
    fn matches(&self, event: &E) -> bool {
        self.root.matches(event)
    }
}

impl<N: Clone> Pattern<N> {
    /// Both patterns.
    #[must_use]
    pub fn and(self, other: Pattern<N>) -> Pattern<N> {
        Pattern {
            root: Node::All(vec![self.root, other.root]),
        }
    }

    /// The pattern that remains where some items are known to match or not to;
    /// `None` where nothing can match any more.
    pub(crate) fn given(&self, known: &dyn Fn(&Item<N>) -> Option<bool>) -> Option<Pattern<N>> {
        match self.root.given(known) {
            Node::Always(false) => None,
            root => Some(Pattern { root }),
        }
    }
}

impl<N> Pattern<N> {
    /// Every field with what its value must be.
    pub(crate) fn items(&self) -> Vec<&Item<N>> {
        let mut items = Vec::new();
        self.root.items(&mut items);
        items
    }
}

impl<N> Node<N> {
    fn items<'a>(&'a self, items: &mut Vec<&'a Item<N>>) {
        match self {
            Node::Item(item) => items.push(item),
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| node.items(items)),
            Node::Not(node) => node.items(items),
            Node::Always(_) | Node::Exists(..) | Node::Words(..) => {}
        }
    }

    fn matches<E: Lookup<Name = N>>(&self, event: &E) -> bool {
        match self {
            Node::Always(answer) => *answer,
            Node::All(nodes) => nodes.iter().all(|node| node.matches(event)),
            Node::Any(nodes) => nodes.iter().any(|node| node.matches(event)),
            Node::Not(node) => !node.matches(event),
            Node::Item(item) => item.matches(event),
            Node::Exists(name, there) => event.get(name).is_some() == *there,
            Node::Words(tests, true) => tests.iter().all(|test| in_event(test, event)),
            Node::Words(tests, false) => tests.iter().any(|test| in_event(test, event)),
        }
    }
}

fn in_event<E: Lookup>(test: &Test<E::Name>, event: &E) -> bool {
    event.any_text(&|words| test.alone_words(words))
}

impl<N> Test<N> {
    fn alone_words(&self, words: &str) -> bool {
        match self {
            Test::Text(test) => test.matches(words),
            Test::Regex(regex) => regex.is_match(words),
            Test::Number(number) => Datum::Number(*number).shown() == words,
            _ => false,
        }
    }
}

impl<N: Clone> Node<N> {
    fn given(&self, known: &dyn Fn(&Item<N>) -> Option<bool>) -> Node<N> {
        match self {
            Node::All(nodes) => folded(nodes, known, false, Node::All),
            Node::Any(nodes) => folded(nodes, known, true, Node::Any),
            Node::Not(node) => match node.given(known) {
                Node::Always(answer) => Node::Always(!answer),
                node => Node::Not(Box::new(node)),
            },
            Node::Item(item) => known(item).map_or_else(|| self.clone(), Node::Always),
            other => other.clone(),
        }
    }
}

/// `decides` is the answer of one node that decides for all: `false` for and, `true` for or.
fn folded<N: Clone>(
    nodes: &[Node<N>],
    known: &dyn Fn(&Item<N>) -> Option<bool>,
    decides: bool,
    join: fn(Vec<Node<N>>) -> Node<N>,
) -> Node<N> {
    let mut open = Vec::new();
    for node in nodes {
        match node.given(known) {
            Node::Always(answer) if answer == decides => return Node::Always(decides),
            Node::Always(_) => {}
            node => open.push(node),
        }
    }
    match open.len() {
        0 => Node::Always(!decides),
        1 => open.remove(0),
        _ => join(open),
    }
}
