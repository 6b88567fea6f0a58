//! What a vendor's customers see of it and pay by: colour and logo, the tax of its menus, invoices that wait.

use shared::api::admin::team::OtherTax;
use shared::brand::Colour;
use shared::id::{OrderId, VendorId};
use shared::tax::Tax;
use shared::time::Timestamp;

use super::Outcome;
use super::records::OrderRecord;

/// A vendor's logo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoRecord {
    /// What it is, without its bytes.
    pub head: LogoHead,
    /// The image as it was uploaded.
    pub content: Vec<u8>,
}

/// What a logo is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoHead {
    /// SHA-256 over the image, base64url.
    pub digest: String,
    /// `image/png`, `image/jpeg` or `image/webp`.
    pub media_type: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// What a vendor looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrandRecord {
    /// Its colour.
    pub accent: Option<Colour>,
    /// Its logo.
    pub logo: Option<LogoHead>,
}

/// What the store does for customers' pages and for invoices.
pub trait Storefront {
    /// What the vendor looks like.
    fn brand(&mut self, vendor_id: VendorId) -> Outcome<BrandRecord>;
    /// The vendor's logo, if this is its digest.
    fn logo(&mut self, vendor_id: VendorId, digest: &str) -> Outcome<Option<LogoRecord>>;
    /// Replaces the vendor's logo, or takes it away.
    fn set_logo(&mut self, vendor_id: VendorId, logo: Option<&LogoRecord>) -> Outcome<()>;

    /// The vendor's products whose newest menu has another tax than this, by slug, at most `limit`.
    fn other_tax(&mut self, vendor_id: VendorId, tax: Option<&Tax>, limit: usize) -> Outcome<Vec<OtherTax>>;

    /// Orders of all vendors that wait for payment and were due before then, the longest due first, at most `limit`.
    fn overdue_orders(&mut self, before: Timestamp, limit: u32) -> Outcome<Vec<OrderRecord>>;
    /// The vendor's order that is paid under this reference.
    fn order_by_reference(&mut self, vendor_id: VendorId, reference: &str) -> Outcome<Option<OrderId>>;
}
