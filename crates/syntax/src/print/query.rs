//! Statements that read and change data.

use super::quote::{quote_ident, quote_module};
use super::writer::Writer;
use crate::ast::{
    Alias, AliasKind, Cardinality, Delete, Direction, EmptyOrder, Expr, For, Group, GroupingAtom,
    GroupingElement, GroupingElementKind, Ident, Insert, Query, QueryKind, Select, SortExpr, Update,
};

impl Writer {
    /// A statement without parentheses around it.
    pub(super) fn query(&mut self, query: &Query) {
        if !query.aliases.is_empty() {
            self.keywords("with");
            self.open();
            for (index, alias) in query.aliases.iter().enumerate() {
                if index > 0 {
                    self.put(",");
                    self.line();
                }
                self.alias_item(alias);
            }
            self.close();
            self.line();
        }
        match &query.kind {
            QueryKind::Select(select) => self.select(select),
            QueryKind::Insert(insert) => self.insert(insert),
            QueryKind::Update(update) => self.update(update),
            QueryKind::Delete(delete) => self.delete(delete),
            QueryKind::For(each) => self.for_loop(each),
            QueryKind::Group(group) => self.group(group),
        }
    }

    fn alias_item(&mut self, alias: &Alias) {
        match &alias.kind {
            AliasKind::Expr { name, value } => {
                self.ident(name);
                self.put(" := ");
                self.expr(value);
            }
            AliasKind::Module { name, module } => {
                if let Some(name) = name {
                    self.ident(name);
                    self.keywords(" as ");
                }
                self.keywords("module ");
                self.put(&quote_module(module));
            }
        }
    }

    fn result_alias(&mut self, alias: Option<&Ident>) {
        if let Some(alias) = alias {
            self.ident(alias);
            self.put(" := ");
        }
    }

    fn select(&mut self, select: &Select) {
        self.keywords("select");
        self.open();
        self.result_alias(select.alias.as_ref());
        self.expr(&select.result);
        let limited = select.offset.is_some() || select.limit.is_some();
        self.clauses(select.filter.as_ref(), &select.order_by, limited);
        self.offset_limit(select.offset.as_ref(), select.limit.as_ref());
    }

    /// `filter` and `order by` after a subject; where a limit follows, they belong to a statement inside, which shows.
    fn clauses(&mut self, filter: Option<&Expr>, order_by: &[SortExpr], limited: bool) {
        match limited {
            true => self.put(" "),
            false => {
                self.close();
                self.line();
            }
        }
        self.filter(filter);
        self.order_by(order_by);
        if limited {
            self.close();
            self.line();
        }
    }

    pub(super) fn filter(&mut self, filter: Option<&Expr>) {
        self.clause("filter", filter);
    }

    fn clause(&mut self, keyword: &str, value: Option<&Expr>) {
        let Some(value) = value else { return };
        self.keywords(keyword);
        self.open();
        self.expr(value);
        self.close();
        self.line();
    }

    pub(super) fn order_by(&mut self, items: &[SortExpr]) {
        if items.is_empty() {
            return;
        }
        self.keywords("order by");
        self.open();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.keywords(" then");
                self.line();
            }
            self.sort_expr(item);
        }
        self.close();
        self.line();
    }

    fn sort_expr(&mut self, item: &SortExpr) {
        self.expr(&item.expr);
        match item.direction {
            Direction::Asc => self.keywords(" asc"),
            Direction::Desc => self.keywords(" desc"),
        }
        match item.empty {
            Some(EmptyOrder::First) => self.keywords(" empty first"),
            Some(EmptyOrder::Last) => self.keywords(" empty last"),
            None => {}
        }
    }

    pub(super) fn offset_limit(&mut self, offset: Option<&Expr>, limit: Option<&Expr>) {
        self.clause("offset", offset);
        self.clause("limit", limit);
    }

    fn insert(&mut self, insert: &Insert) {
        self.keywords("insert");
        self.open();
        self.name(&insert.subject);
        if !insert.elements.is_empty() {
            self.line();
            self.shape(&insert.elements);
        }
        self.close();
        let Some(conflict) = &insert.unless_conflict else { return };
        self.line();
        self.keywords("unless conflict");
        if let Some(on) = &conflict.on {
            self.keywords(" on ");
            self.expr(on);
        }
        if let Some(otherwise) = &conflict.otherwise {
            self.keywords(" else ");
            self.expr(otherwise);
        }
    }

    fn update(&mut self, update: &Update) {
        self.keywords("update");
        self.open();
        self.expr(&update.subject);
        self.clauses(update.filter.as_ref(), &[], false);
        self.keywords("set ");
        self.shape(&update.elements);
    }

    fn delete(&mut self, delete: &Delete) {
        self.keywords("delete");
        self.open();
        self.expr(&delete.subject);
        let limited = delete.offset.is_some() || delete.limit.is_some();
        self.clauses(delete.filter.as_ref(), &delete.order_by, limited);
        self.offset_limit(delete.offset.as_ref(), delete.limit.as_ref());
    }

    fn for_loop(&mut self, each: &For) {
        self.keywords("for ");
        if each.optional {
            self.keywords("optional ");
        }
        self.ident(&each.variable);
        self.keywords(" in ");
        self.paren_expr(&each.iterator);
        self.line();
        self.keywords("union ");
        self.paren_expr(&each.body);
    }

    fn group(&mut self, group: &Group) {
        self.keywords("group");
        self.open();
        self.result_alias(group.alias.as_ref());
        self.expr(&group.subject);
        self.close();
        self.line();
        if !group.using.is_empty() {
            self.keywords("using");
            self.open();
            self.separated(&group.using, ", ", Self::alias_item);
            self.close();
            self.line();
        }
        self.keywords("by");
        self.open();
        self.separated(&group.by, ", ", Self::grouping_element);
        self.close();
    }

    fn grouping_element(&mut self, element: &GroupingElement) {
        match &element.kind {
            GroupingElementKind::Simple(atom) => self.grouping_atom(atom),
            GroupingElementKind::Sets(elements) => {
                self.put("{");
                self.separated(elements, ", ", Self::grouping_element);
                self.put("}");
            }
            GroupingElementKind::Cube(atoms) => self.grouping_call("cube", atoms),
            GroupingElementKind::Rollup(atoms) => self.grouping_call("rollup", atoms),
        }
    }

    fn grouping_call(&mut self, word: &str, atoms: &[GroupingAtom]) {
        self.keywords(word);
        self.put("(");
        self.separated(atoms, ", ", Self::grouping_atom);
        self.put(")");
    }

    fn grouping_atom(&mut self, atom: &GroupingAtom) {
        match atom {
            GroupingAtom::Name(name) => self.ident(name),
            GroupingAtom::Pointer(name) => self.put(&format!(".{}", quote_ident(&name.text))),
            GroupingAtom::LinkProperty(name) => self.put(&format!("@{}", quote_ident(&name.text))),
            GroupingAtom::List(atoms) => self.grouping_call("", atoms),
        }
    }

    /// `required multi ` and the like.
    pub(super) fn qualifiers(&mut self, required: Option<bool>, cardinality: Option<Cardinality>) {
        match required {
            Some(true) => self.keywords("required "),
            Some(false) => self.keywords("optional "),
            None => {}
        }
        match cardinality {
            Some(Cardinality::Multi) => self.keywords("multi "),
            Some(Cardinality::Single) => self.keywords("single "),
            None => {}
        }
    }
}
