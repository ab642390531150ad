//! Triggers, access policies, rewrites: each clause on a line of its own.

use super::writer::Writer;
use crate::ast::{
    AccessKind, Action, Definition, Expr, PolicyAction, RewriteKind, Spec, TriggerKind, TriggerScope,
};

impl Writer {
    pub(super) fn hook(&mut self, definition: &Definition) {
        self.action(definition);
        self.keywords(definition.object.keywords());
        if !definition.name.name.is_empty() {
            self.put(" ");
            self.name(&definition.name);
        }
        match (&definition.spec, definition.action) {
            (Spec::Trigger { kinds, scope, when, body }, Action::Create) => {
                self.open();
                self.trigger(kinds, *scope, when.as_ref(), body.as_ref());
                self.block(definition);
                self.close();
            }
            (Spec::AccessPolicy { when, action, kinds, using }, Action::Create) => {
                self.open();
                self.access_policy(when.as_ref(), *action, kinds, using.as_ref());
                self.block(definition);
                self.close();
            }
            (Spec::Rewrite { kinds, using }, action) => {
                self.open();
                self.rewrite(kinds, using.as_ref());
                self.block(definition);
                // Gel forgets to go back after a dropped rewrite, and migrations are compared by their text.
                if action != Action::Drop {
                    self.close();
                }
            }
            _ => self.block(definition),
        }
    }

    fn trigger(
        &mut self,
        kinds: &[TriggerKind],
        scope: TriggerScope,
        when: Option<&Expr>,
        body: Option<&Expr>,
    ) {
        self.keywords("after ");
        self.separated(kinds, ", ", |w, kind| {
            w.keywords(match kind {
                TriggerKind::Insert => "insert",
                TriggerKind::Update => "update",
                TriggerKind::Delete => "delete",
            });
        });
        self.put(" ");
        self.line();
        self.keywords(if scope == TriggerScope::Each { "for each " } else { "for all " });
        if when.is_some() {
            self.open();
            self.paren_clause("when ", when);
            self.close();
            self.line();
        }
        self.paren_clause("do ", body);
    }

    fn access_policy(
        &mut self,
        when: Option<&Expr>,
        action: PolicyAction,
        kinds: &[AccessKind],
        using: Option<&Expr>,
    ) {
        if when.is_some() {
            self.paren_clause("when ", when);
            self.line();
        }
        self.access(action, kinds);
        self.put(" ");
        self.paren_clause("using ", using);
    }

    /// `allow select, update`
    pub(super) fn access(&mut self, action: PolicyAction, kinds: &[AccessKind]) {
        self.keywords(if action == PolicyAction::Allow { "allow " } else { "deny " });
        let has = |kind| kinds.contains(&kind);
        let updates = has(AccessKind::UpdateRead) && has(AccessKind::UpdateWrite);
        if updates && has(AccessKind::Select) && has(AccessKind::Insert) && has(AccessKind::Delete) {
            self.keywords("all");
            return;
        }
        let mut words: Vec<&str> = Vec::new();
        for kind in kinds {
            let word = match kind {
                AccessKind::Select => "select",
                AccessKind::Insert => "insert",
                AccessKind::Delete => "delete",
                AccessKind::UpdateRead | AccessKind::UpdateWrite if updates => "update",
                AccessKind::UpdateRead => "update read",
                AccessKind::UpdateWrite => "update write",
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
        self.keywords(&words.join(", "));
    }

    fn rewrite(&mut self, kinds: &[RewriteKind], using: Option<&Expr>) {
        self.separated(kinds, ", ", |w, kind| {
            w.keywords(match kind {
                RewriteKind::Insert => "insert",
                RewriteKind::Update => "update",
            });
        });
        self.put(" ");
        if using.is_some() {
            self.line();
            self.paren_clause("using ", using);
        }
    }
}
