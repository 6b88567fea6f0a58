//! Vendors, products, menus and license texts.

use backend::store::StoreError;
use shared::menu::Menu;
use shared::slug::Slug;

use crate::database::Database;
use crate::world::{NOW, World, assert_duplicate, menu};

fn slug(text: &str) -> Slug {
    text.parse().expect("a slug")
}

#[tokio::test]
async fn a_vendor_is_found_by_slug_and_by_id() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let vendor_id = world.vendor.vendor_id;
    assert_eq!(database.read(|tx| tx.vendor(&slug("acme"))).await, Some(world.vendor.clone()));
    assert_eq!(database.read(move |tx| tx.vendor_by_id(vendor_id)).await, Some(world.vendor.clone()));
    assert_eq!(database.read(|tx| tx.vendor(&slug("nobody"))).await, None);
    let mut twin = world.vendor;
    twin.slug = slug("another");
    assert_duplicate(database.store.write(move |tx| tx.add_vendor(&twin)).await, "vendors.vendor_id");
}

#[tokio::test]
async fn a_product_is_its_vendor_s_alone() {
    let database = Database::new();
    let (acme, other) = (World::create(&database, "acme").await, World::create(&database, "other").await);
    let (own, foreign, product_id) = (acme.vendor.vendor_id, other.vendor.vendor_id, acme.product.product_id);
    assert_eq!(database.read(move |tx| tx.product(own, &slug("sketchpad"))).await, Some(acme.product.clone()));
    assert_eq!(database.read(move |tx| tx.product(foreign, &slug("sketchpad"))).await, Some(other.product.clone()));
    assert_eq!(database.read(move |tx| tx.product_by_id(own, product_id)).await, Some(acme.product.clone()));
    assert_eq!(database.read(move |tx| tx.product_by_id(foreign, product_id)).await, None);
    let digest = acme.agreement.name.digest.clone();
    assert_eq!(database.read(move |tx| tx.agreement(own, &digest)).await, Some(acme.agreement.clone()));
    assert_eq!(database.read(move |tx| tx.agreement(foreign, "another")).await, None);
    let mut twin = acme.product;
    twin.slug = slug("another");
    assert_duplicate(database.store.write(move |tx| tx.add_product(&twin)).await, "products.product_id");
    let mut namesake = other.product;
    namesake.product_id = shared::id::ProductId::new(crate::world::fresh(), 1);
    assert_duplicate(database.store.write(move |tx| tx.add_product(&namesake)).await, "products.slug");
}

#[tokio::test]
async fn app_origins_are_known_exactly() {
    let database = Database::new();
    World::create(&database, "acme").await;
    for (origin, known) in [
        ("https://acme.example", true),
        ("http://acme.example", false),
        ("https://acme.example.evil", false),
        ("", false),
    ] {
        assert_eq!(database.read(move |tx| tx.is_app_origin(origin)).await, known, "{origin}");
    }
}

#[tokio::test]
async fn the_public_list_has_products_with_a_menu_in_pages() {
    let database = Database::new();
    for name in ["cobalt", "acme", "birch"] {
        World::create(&database, name).await;
    }
    let mut bare = World::create(&database, "zinc").await.product;
    bare.slug = slug("unfinished");
    bare.product_id = shared::id::ProductId::new(crate::world::fresh(), 1);
    database.write(move |tx| tx.add_product(&bare)).await;

    let (mut after, mut names) = (None, Vec::new());
    loop {
        let from = after.clone();
        let page = database.read(move |tx| tx.products(from.clone(), 3)).await;
        let Some((vendor, product)) = page.last() else { break };
        after = Some((vendor.slug.clone(), product.slug.clone()));
        assert!(page.iter().all(|(vendor, product)| product.origins == [format!("https://{}.example", vendor.slug)]));
        names.extend(page.iter().map(|(vendor, product)| format!("{}/{}", vendor.slug, product.slug)));
    }
    assert_eq!(names, ["acme/sketchpad", "birch/sketchpad", "cobalt/sketchpad", "zinc/sketchpad"]);
}

#[tokio::test]
async fn menus_are_published_one_after_the_other() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let publish = |menu: Menu| {
        let (store, product) = (database.store.clone(), world.product.clone());
        async move { store.write(move |tx| tx.publish_menu(&product, &menu, NOW)).await }
    };
    let of_version = |version| menu(&world.vendor, &world.agreement, version);
    assert!(matches!(publish(of_version(3)).await, Err(StoreError::Fault(_))), "version 2 is missing");
    publish(of_version(2)).await.expect("the next");
    assert_duplicate(publish(of_version(2)).await, "menus.version");
    let mut forged = of_version(3);
    forged.offers[0].base = 1;
    assert!(matches!(publish(forged).await, Err(StoreError::Fault(_))), "the digest is of another menu");

    let product = world.product.clone();
    assert_eq!(database.read(move |tx| tx.current_menu(&product)).await, Some(of_version(2)));
    for (version, found) in [(0, None), (1, Some(of_version(1))), (2, Some(of_version(2))), (3, None)] {
        let product = world.product.clone();
        assert_eq!(database.read(move |tx| tx.menu(&product, version)).await, found, "version {version}");
    }
}

#[tokio::test]
async fn an_agreement_is_what_its_digest_says() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let (mut agreement, mut renamed, mut rewritten) =
        (world.agreement.clone(), world.agreement.clone(), world.agreement);
    renamed.name.title.push('!');
    assert_duplicate(database.store.write(move |tx| tx.add_agreement(&renamed)).await, "agreements.digest");
    rewritten.text.push('!');
    rewritten.name.digest = shared::canonical::digest_bytes(rewritten.text.as_bytes());
    assert_duplicate(database.store.write(move |tx| tx.add_agreement(&rewritten)).await, "agreements.version");
    agreement.text.push('!');
    let forged = database.store.write(move |tx| tx.add_agreement(&agreement)).await;
    assert!(matches!(forged, Err(StoreError::Fault(_))), "{forged:?}");
}
