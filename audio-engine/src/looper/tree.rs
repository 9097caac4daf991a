//! What the loop was, in all the ways it has been: undo without end, and no branch lost.
//!
//! Pure. Every change makes a new node under the one before; undo goes to the parent, redo back
//! to the child last come from, and whoever undoes and then plays something else has two branches.

/// One state of the loop, numbered in the order of making. The first is silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub usize);

/// One layer, numbered in the order of recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LayerId(pub usize);

/// One state of the loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it was made from; only silence was made from nothing.
    pub parent: Option<NodeId>,
    /// Where redo goes from here.
    pub last_child: Option<NodeId>,
    /// What sounds.
    pub layers: Vec<LayerId>,
    /// Which loop the others are multiples of: a number of [`LooperState::metres`](super::LooperState::metres).
    pub metre: Option<usize>,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    current: NodeId,
}

impl Tree {
    pub(super) fn new() -> Tree {
        let silence = Node {
            parent: None,
            last_child: None,
            layers: vec![],
            metre: None,
        };
        Tree {
            nodes: vec![silence],
            current: NodeId(0),
        }
    }

    /// As it was kept; `None` if it is not a tree, or speaks of other layers or metres than
    /// there are.
    pub(super) fn from_parts(
        nodes: Vec<Node>,
        current: NodeId,
        layers: usize,
        metres: usize,
    ) -> Option<Tree> {
        let is_sound = |(index, node): (usize, &Node)| {
            // A parent is older than its children, so there can be no circle.
            let parent = match node.parent {
                None => index == 0,
                Some(parent) => parent.0 < index,
            };
            let child = node.last_child.is_none_or(|child| {
                let child = nodes.get(child.0);
                child.is_some_and(|child| child.parent == Some(NodeId(index)))
            });
            parent
                && child
                && node.layers.iter().all(|layer| layer.0 < layers)
                && node.metre.is_none_or(|metre| metre < metres)
        };
        let whole = current.0 < nodes.len() && nodes.iter().enumerate().all(is_sound);
        whole.then_some(Tree { nodes, current })
    }

    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(super) fn current(&self) -> NodeId {
        self.current
    }

    pub(super) fn here(&self) -> &Node {
        // There is always a current node.
        self.get(self.current).unwrap_or(&self.nodes[0])
    }

    pub(super) fn get(&self, node: NodeId) -> Option<&Node> {
        self.nodes.get(node.0)
    }

    /// A new node under the current one, and the current one from now on.
    pub(super) fn grow(&mut self, layers: Vec<LayerId>, metre: Option<usize>) -> NodeId {
        let node = NodeId(self.nodes.len());
        self.nodes.push(Node {
            parent: Some(self.current),
            last_child: None,
            layers,
            metre,
        });
        self.go(node);
        node
    }

    /// Makes `node` the current one, and the way redo takes to get there.
    pub(super) fn go(&mut self, node: NodeId) {
        self.current = node;
        let mut child = node;
        while let Some(parent) = self.nodes.get(child.0).and_then(|node| node.parent) {
            if let Some(parent) = self.nodes.get_mut(parent.0) {
                parent.last_child = Some(child);
            }
            child = parent;
        }
    }

    /// The ends of all branches, in the order of making.
    pub(super) fn tips(&self) -> Vec<NodeId> {
        let is_parent = |node: usize| {
            let mut children = self.nodes.iter().filter_map(|node| node.parent);
            children.any(|parent| parent.0 == node)
        };
        (0..self.nodes.len())
            .filter(|node| !is_parent(*node))
            .map(NodeId)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(tree: &Tree) -> Vec<usize> {
        tree.here().layers.iter().map(|layer| layer.0).collect()
    }

    fn sing(tree: &mut Tree, layer: usize) -> NodeId {
        let mut layers = tree.here().layers.clone();
        layers.push(LayerId(layer));
        tree.grow(layers, None)
    }

    #[test]
    fn singing_something_else_after_an_undo_keeps_both_branches() {
        let mut tree = Tree::new();
        let drum = sing(&mut tree, 0);
        let first = sing(&mut tree, 1);
        tree.go(drum);
        let second = sing(&mut tree, 2);
        assert_eq!(tree.tips(), [first, second]);
        assert_eq!(layers(&tree), [0, 2]);
        tree.go(first);
        assert_eq!(layers(&tree), [0, 1]);
        assert_eq!(tree.nodes()[drum.0].last_child, Some(first), "redo follows");
    }

    #[test]
    fn what_is_no_tree_is_not_believed() {
        let mut tree = Tree::new();
        sing(&mut tree, 0);
        let nodes = tree.nodes.clone();
        assert!(Tree::from_parts(nodes.clone(), NodeId(1), 1, 0).is_some());
        assert!(Tree::from_parts(nodes.clone(), NodeId(2), 1, 0).is_none());
        assert!(Tree::from_parts(nodes.clone(), NodeId(1), 0, 0).is_none());
        assert!(Tree::from_parts(vec![], NodeId(0), 0, 0).is_none());
        let mut circle = nodes;
        circle[1].parent = Some(NodeId(1));
        assert!(Tree::from_parts(circle, NodeId(1), 1, 0).is_none());
    }
}
