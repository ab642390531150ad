//! Links and properties: what is inherited and what is said anew.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use indexmap::IndexMap;
use syntax::ast::ObjectKind;
use value::Uuid;

use super::order::bases_first;
use super::pointer_rules::check_abstract;
use super::{Resolver, derived, located};
use crate::decl::{Decl, Field, Setting};
use crate::layer::Named;
use crate::model::*;
use crate::{Schema, TypeRef};

impl Resolver<'_> {
    pub(super) fn add_abstract_pointers(&mut self) -> Result<()> {
        for class in [ObjectKind::Property, ObjectKind::Link] {
            for decl in bases_first(self.declared, class, |_| true)? {
                check_abstract(decl)?;
                let above = self.abstract_parents(decl)?;
                let pointer = self.merged(None, Some(decl), &decl.name, &above)?;
                self.insert(&decl.name, Named::Pointer(Arc::new(pointer)));
            }
        }
        Ok(())
    }

    /// The abstract pointers that a pointer extends.
    fn abstract_parents(&self, decl: &Decl) -> Result<Vec<Arc<Pointer>>> {
        let parent = |name: &Arc<str>| match self.named(name) {
            Some(Named::Pointer(pointer)) => Ok(pointer.clone()),
            _ => {
                let message = format!("{} '{name}' does not exist", crate::decl::class_title(decl.class));
                Err(located(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message), decl.span))
            }
        };
        decl.bases().iter().map(parent).collect()
    }

    /// A pointer of an object type: own, inherited, or both.
    pub(super) fn pointer(
        &self,
        source: &Decl,
        own: Option<&Decl>,
        name: &Arc<str>,
        inherited: &[Arc<Pointer>],
    ) -> Result<Pointer> {
        if let Some(own) = own {
            self.check_redeclared(own, source, inherited)?;
        }
        let mut above = inherited.to_vec();
        if let Some(own) = own {
            above.extend(self.abstract_parents(own)?);
        }
        let pointer = self.merged(Some((source.id, source)), own, name, &above)?;
        self.check_pointer(&pointer, own, source, inherited)?;
        Ok(pointer)
    }

    /// Puts together what is declared and what is above.
    fn merged(
        &self,
        source: Option<(Uuid, &Decl)>,
        own: Option<&Decl>,
        name: &Arc<str>,
        above: &[Arc<Pointer>],
    ) -> Result<Pointer> {
        let span = own.and_then(|own| own.span);
        let source_id = source.map(|(id, _)| id);
        let id = own.map_or_else(|| derived(source_id.unwrap_or_default(), name), |own| own.id);
        let kind = pointer_kind(own, above);
        let mut pointer = Pointer::bare(id, name.clone(), kind);
        pointer.source = source_id;
        pointer.owned = own.is_some();
        pointer.bases = above.iter().map(|it| it.id).collect();
        self.merge_fields(&mut pointer, own, above)?;
        let target = own.and_then(|own| own.ty(Field::Target)).map(|ty| self.ty(ty, span)).transpose()?;
        pointer.target = target.or_else(|| self.inherited_target(above));
        let subject = ConstraintSubject::Pointer { source: source_id.unwrap_or_default(), pointer: id };
        let constraints: Vec<&[Arc<Constraint>]> = above.iter().map(|it| &*it.constraints).collect();
        pointer.constraints = self.constraints(subject, own, &constraints)?;
        let rewrites: Vec<&[Arc<Rewrite>]> = above.iter().map(|it| &*it.rewrites).collect();
        pointer.rewrites = self.rewrites(id, own, &rewrites)?;
        let annotations: Vec<&[AnnotationValue]> = above.iter().map(|it| &*it.annotations).collect();
        pointer.annotations = self.annotations(own, &annotations)?;
        let indexes: Vec<&[Arc<Index>]> = above.iter().map(|it| &*it.indexes).collect();
        pointer.indexes = self.indexes(id, own, &indexes)?;
        pointer.properties = self.link_properties(&pointer, source.map(|(_, decl)| decl), own, above)?;
        pointer.inherited_fields = above.iter().flat_map(|it| it.said()).collect();
        pointer.inherited_fields.sort_unstable();
        pointer.inherited_fields.dedup();
        pointer.inherited_fields.retain(|field| !own.is_some_and(|own| says(own, field)));
        Ok(pointer)
    }

    fn merge_fields(&self, pointer: &mut Pointer, own: Option<&Decl>, above: &[Arc<Pointer>]) -> Result<()> {
        let flag = |field: Field| own.and_then(|own| own.flag(field));
        let expr = |field: Field| own.and_then(|own| own.expr(field)).cloned();
        pointer.computed =
            expr(Field::Computed).or_else(|| match own.is_some_and(|own| own.ty(Field::Target).is_some()) {
                true => None,
                false => above.iter().find_map(|it| it.computed.clone()),
            });
        let inferred = own.and_then(|own| self.declared.inferred.get(&own.id)).cloned();
        pointer.inferred = inferred.or_else(|| above.iter().find_map(|it| it.inferred.clone()));
        let stored = pointer.computed.is_none() && pointer.source.is_some();
        let cardinality = match own.and_then(|own| own.settings.get(&Field::Cardinality)) {
            Some(Setting::Cardinality(cardinality)) => Some(*cardinality),
            _ => above.iter().find_map(|it| it.cardinality),
        };
        pointer.cardinality = cardinality.or(stored.then_some(Cardinality::One));
        let above_required = above.iter().filter_map(|it| it.required).reduce(|a, b| a || b);
        let required = flag(Field::Required).or(above_required);
        pointer.required = required.or(stored.then_some(false));
        pointer.readonly = flag(Field::Readonly).unwrap_or_else(|| above.iter().any(|it| it.readonly));
        pointer.protected = flag(Field::Protected).unwrap_or_else(|| above.iter().any(|it| it.protected));
        pointer.secret = flag(Field::Secret).unwrap_or_else(|| above.iter().any(|it| it.secret));
        pointer.default = expr(Field::Default).or_else(|| above.iter().find_map(|it| it.default.clone()));
        pointer.on_target_delete = match own.and_then(|own| own.settings.get(&Field::OnTargetDelete)) {
            Some(Setting::OnTarget(action)) => *action,
            _ => above.first().map(|it| it.on_target_delete).unwrap_or_default(),
        };
        pointer.on_source_delete = match own.and_then(|own| own.settings.get(&Field::OnSourceDelete)) {
            Some(Setting::OnSource(action)) => *action,
            _ => above.first().map(|it| it.on_source_delete).unwrap_or_default(),
        };
        Ok(())
    }

    /// The narrowest of what is inherited.
    fn inherited_target(&self, above: &[Arc<Pointer>]) -> Option<TypeRef> {
        let targets = above.iter().filter_map(|it| it.target.clone());
        targets.reduce(|a, b| if self.is_below(&b, &a) { b } else { a })
    }

    /// As [`Schema::is_subtype`], where object types of this schema are not in place yet.
    pub(super) fn is_below(&self, ty: &TypeRef, parent: &TypeRef) -> bool {
        match (ty, parent) {
            (TypeRef::Object(a), TypeRef::Object(b)) => self.is_declared_below(*a, *b, 0),
            (TypeRef::Object(a), TypeRef::Union(b)) => b.iter().any(|b| self.is_declared_below(*a, *b, 0)),
            (TypeRef::Union(a), parent) => a.iter().all(|a| self.is_below(&TypeRef::Object(*a), parent)),
            (TypeRef::Scalar(a), TypeRef::Scalar(b)) => a == b || self.ancestors_of(*a).contains(b),
            _ => ty == parent || Schema::is_subtype(self.below, ty, parent),
        }
    }

    /// A target may be a type that is resolved later than the pointer, so its declared bases are followed.
    fn is_declared_below(&self, id: Uuid, ancestor: Uuid, depth: usize) -> bool {
        if id == ancestor {
            return true;
        }
        if depth > 200 {
            return false;
        }
        match self.declared.of_class(ObjectKind::Type).find(|decl| decl.id == id) {
            Some(decl) if decl.bases().is_empty() => self
                .below
                .object_type_named("std::Object")
                .is_some_and(|ty| self.below.is_below(ty.id, ancestor)),
            Some(decl) => decl.bases().iter().any(|base| match self.type_named(base) {
                Some(TypeRef::Object(base)) => self.is_declared_below(base, ancestor, depth + 1),
                _ => false,
            }),
            None => self.below.is_below(id, ancestor),
        }
    }

    fn link_properties(
        &self,
        link: &Pointer,
        source: Option<&Decl>,
        own: Option<&Decl>,
        above: &[Arc<Pointer>],
    ) -> Result<IndexMap<Arc<str>, Arc<Pointer>>> {
        let link_id = link.id;
        let mut inherited: IndexMap<Arc<str>, Vec<Arc<Pointer>>> = IndexMap::new();
        for property in above.iter().flat_map(|it| it.properties.values()) {
            inherited.entry(property.name.clone()).or_default().push(property.clone());
        }
        let links_above = above;
        let own_properties: Vec<&Decl> = own.iter().flat_map(|own| own.pointers()).collect();
        for property in &own_properties {
            inherited.entry(property.name.clone()).or_default();
        }
        let mut properties = IndexMap::new();
        for (name, above) in inherited {
            let declared = own_properties.iter().find(|it| it.name == name).copied();
            let mut property = self.merged(None, declared, &name, &above)?;
            property.kind = PointerKind::Property;
            property.source = Some(link_id);
            if declared.is_none() {
                property.id = derived(link_id, &name);
            }
            if property.computed.is_none() {
                property.cardinality = property.cardinality.or(Some(Cardinality::One));
                property.required = property.required.or(Some(false));
            }
            if let (Some(link), Some(declared)) = (own, declared) {
                let around: Vec<Decl> =
                    source.into_iter().chain([link]).map(Decl::without_children).collect();
                self.check_link_property(&property, declared, &around, links_above)?;
            }
            properties.insert(name, Arc::new(property));
        }
        Ok(properties)
    }
}

pub(super) fn kind_title(kind: PointerKind) -> &'static str {
    match kind {
        PointerKind::Link => "link",
        PointerKind::Property => "property",
    }
}

/// Whether a declaration sets what is called `field` in introspection.
fn says(own: &Decl, field: &str) -> bool {
    let fields: &[Field] = match field {
        "cardinality" => &[Field::Cardinality],
        "default" => &[Field::Default],
        "expr" => &[Field::Computed],
        "on_source_delete" => &[Field::OnSourceDelete],
        "on_target_delete" => &[Field::OnTargetDelete],
        "protected" => &[Field::Protected],
        "readonly" => &[Field::Readonly],
        "required" => &[Field::Required],
        "secret" => &[Field::Secret],
        "splat_strategy" => &[Field::SplatStrategy],
        "target" => &[Field::Target],
        _ => &[],
    };
    fields.iter().any(|field| own.settings.contains_key(field))
}

fn pointer_kind(own: Option<&Decl>, above: &[Arc<Pointer>]) -> PointerKind {
    match own.map(|own| own.class) {
        Some(ObjectKind::Link) => PointerKind::Link,
        Some(ObjectKind::Property) => PointerKind::Property,
        _ => above.first().map_or(PointerKind::Property, |it| it.kind),
    }
}
