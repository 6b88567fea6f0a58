//! Products, their menus and the license texts.

use shared::canonical::digest_bytes;
use shared::id::{ProductId, VendorId};
use shared::menu::{AgreementName, Menu};
use shared::slug::Slug;
use shared::time::Timestamp;

use super::row::{Columns, Result, Text};
use super::tx::SqlTx;
use super::vendors::read_vendor;
use crate::store::records::{Agreement, Product, Vendor};
use crate::store::{Outcome, StoreError};

pub(in crate::store) mod team;

pub(super) fn products(tx: &SqlTx<'_>, after: Option<(Slug, Slug)>, limit: u32) -> Outcome<Vec<(Vendor, Product)>> {
    let sql = "
        SELECT v.vendor_id, v.slug, v.name, v.created_at, p.vendor_id, p.product_id, p.slug, p.name, p.summary, p.app_url
        FROM vendors v JOIN products p USING (vendor_id)
        WHERE (v.slug, p.slug) > (?, ?)
            AND EXISTS (SELECT 1 FROM menus m WHERE m.vendor_id = p.vendor_id AND m.product_id = p.product_id)
        ORDER BY v.slug, p.slug LIMIT ?";
    // No slug is empty, so the empty pair comes before all.
    let (vendor, product) =
        after.map_or_else(Default::default, |(vendor, product)| (vendor.to_string(), product.to_string()));
    let read = |columns: &mut Columns<'_>| Ok((read_vendor(columns)?, read_product(columns)?));
    let mut found = tx.all(sql, (vendor, product, limit), read)?;
    for (_, product) in &mut found {
        product.origins = origins(tx, product.vendor_id, product.product_id)?;
    }
    Ok(found)
}

pub(super) fn product(tx: &SqlTx<'_>, vendor_id: VendorId, slug: &Slug) -> Outcome<Option<Product>> {
    let sql =
        "SELECT vendor_id, product_id, slug, name, summary, app_url FROM products WHERE vendor_id = ? AND slug = ?";
    with_origins(tx, tx.one(sql, (Text(vendor_id), slug.as_str()), read_product)?)
}

pub(super) fn product_by_id(tx: &SqlTx<'_>, vendor_id: VendorId, product_id: ProductId) -> Outcome<Option<Product>> {
    let sql = "SELECT vendor_id, product_id, slug, name, summary, app_url FROM products WHERE vendor_id = ? AND product_id = ?";
    with_origins(tx, tx.one(sql, (Text(vendor_id), Text(product_id)), read_product)?)
}

pub(super) fn add_product(tx: &SqlTx<'_>, product: &Product) -> Outcome<()> {
    let (vendor_id, product_id) = (Text(product.vendor_id), Text(product.product_id));
    let sql = "INSERT INTO products (vendor_id, product_id, slug, name, summary, app_url) VALUES (?, ?, ?, ?, ?, ?)";
    tx.change(sql, (vendor_id, product_id, product.slug.as_str(), &product.name, &product.summary, &product.app_url))?;
    add_origins(tx, product)
}

fn add_origins(tx: &SqlTx<'_>, product: &Product) -> Outcome<()> {
    for origin in &product.origins {
        let sql = "INSERT INTO app_origins (vendor_id, product_id, origin) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
        tx.change(sql, (Text(product.vendor_id), Text(product.product_id), origin))?;
    }
    Ok(())
}

pub(super) fn current_menu(tx: &SqlTx<'_>, product: &Product) -> Outcome<Option<Menu>> {
    let sql = "SELECT content FROM menus WHERE vendor_id = ? AND product_id = ? ORDER BY version DESC LIMIT 1";
    tx.one(sql, (Text(product.vendor_id), Text(product.product_id)), |columns| columns.json())
}

pub(super) fn menu(tx: &SqlTx<'_>, product: &Product, version: u32) -> Outcome<Option<Menu>> {
    let sql = "SELECT content FROM menus WHERE vendor_id = ? AND product_id = ? AND version = ?";
    tx.one(sql, (Text(product.vendor_id), Text(product.product_id), version), |columns| columns.json())
}

pub(super) fn publish_menu(tx: &SqlTx<'_>, product: &Product, menu: &Menu, now: Timestamp) -> Outcome<()> {
    publish(tx, product, menu, None, now)
}

/// A menu with a wrong digest could never be corrected, so it is not taken.
fn publish(tx: &SqlTx<'_>, product: &Product, menu: &Menu, by: Option<&str>, now: Timestamp) -> Outcome<()> {
    if menu.compute_digest().as_ref() != Ok(&menu.digest) {
        return Err(StoreError::Fault("the menu's digest is not that of its content".to_owned()));
    }
    let sql = "
        INSERT INTO menus (vendor_id, product_id, version, digest, content, published_at, published_by)
        VALUES (?, ?, ?, ?, ?, ?, ?)";
    let (vendor_id, product_id) = (Text(product.vendor_id), Text(product.product_id));
    let content = to_json(menu)?;
    tx.change(sql, (vendor_id, product_id, menu.menu, &menu.digest, content, now.as_unix(), by)).map(drop)
}

pub(super) fn agreement(tx: &SqlTx<'_>, vendor_id: VendorId, digest: &str) -> Outcome<Option<Agreement>> {
    let sql = "SELECT vendor_id, version, digest, title, content FROM agreements WHERE vendor_id = ? AND digest = ?";
    tx.one(sql, (Text(vendor_id), digest), |columns| {
        Ok(Agreement {
            vendor_id: columns.parse()?,
            name: AgreementName { version: columns.number()?, digest: columns.get()?, title: columns.get()? },
            text: columns.get()?,
        })
    })
}

/// An agreement with a wrong digest could never be corrected, so it is not taken.
pub(super) fn add_agreement(tx: &SqlTx<'_>, agreement: &Agreement) -> Outcome<()> {
    let AgreementName { version, digest, title } = &agreement.name;
    if digest_bytes(agreement.text.as_bytes()) != *digest {
        return Err(StoreError::Fault("the agreement's digest is not that of its text".to_owned()));
    }
    let sql = "INSERT INTO agreements (vendor_id, version, digest, title, content) VALUES (?, ?, ?, ?, ?)";
    tx.change(sql, (Text(agreement.vendor_id), version, digest, title, &agreement.text)).map(drop)
}

pub(super) fn is_app_origin(tx: &SqlTx<'_>, origin: &str) -> Outcome<bool> {
    tx.value("SELECT EXISTS (SELECT 1 FROM app_origins WHERE origin = ?)", [origin])
}

/// What the database keeps as JSON.
pub(super) fn to_json(value: &impl serde::Serialize) -> Outcome<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Fault(error.to_string()))
}

fn with_origins(tx: &SqlTx<'_>, found: Option<Product>) -> Outcome<Option<Product>> {
    let Some(mut product) = found else { return Ok(None) };
    product.origins = origins(tx, product.vendor_id, product.product_id)?;
    Ok(Some(product))
}

fn origins(tx: &SqlTx<'_>, vendor_id: VendorId, product_id: ProductId) -> Outcome<Vec<String>> {
    let sql = "SELECT origin FROM app_origins WHERE vendor_id = ? AND product_id = ? ORDER BY origin";
    tx.all(sql, (Text(vendor_id), Text(product_id)), |columns| columns.get())
}

/// All but the origins, which have a table of their own.
fn read_product(columns: &mut Columns<'_>) -> Result<Product> {
    Ok(Product {
        vendor_id: columns.parse()?,
        product_id: columns.parse()?,
        slug: columns.parse()?,
        name: columns.get()?,
        summary: columns.get()?,
        app_url: columns.get()?,
        origins: Vec::new(),
    })
}
