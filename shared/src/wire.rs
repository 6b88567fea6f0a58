//! Values that cross HTTP as text, read by `FromStr` and written by `Display`.

/// Implements serde (and the OpenAPI schema) for a type by its text form.
#[macro_export]
#[doc(hidden)]
macro_rules! wire_as_text {
    ($type:ty, $what:expr, $example:expr $(, pattern = $pattern:expr)? $(, words = $words:expr)?) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom(concat!("expected ", $what, ", like ", $example)))
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some($what))
                    .examples([$example])
                    $(.pattern(Some($pattern)))?
                    $(.enum_values(Some($words)))?
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $type {}
    };
}
