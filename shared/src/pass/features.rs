//! The features of a license by name.

use alloc::string::String;
use alloc::vec::Vec;

use super::FeatureGrant;

/// Which features are granted, and how; sorted by name, each name once.
///
/// A sorted list and not a map of the standard library: a pass has few features, and the SDK's size is budgeted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features(Vec<(String, FeatureGrant)>);

impl Features {
    /// How `feature` is granted.
    pub fn get(&self, feature: &str) -> Option<&FeatureGrant> {
        let found = self.find(feature).ok()?;
        self.0.get(found).map(|(_, grant)| grant)
    }

    /// Grants `feature`, in place of an earlier grant.
    pub fn insert(&mut self, feature: String, grant: FeatureGrant) {
        match self.find(&feature) {
            Ok(found) => {
                if let Some((_, known)) = self.0.get_mut(found) {
                    *known = grant;
                }
            }
            Err(place) => self.0.insert(place, (feature, grant)),
        }
    }

    /// All of them, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FeatureGrant)> {
        self.0.iter().map(|(feature, grant)| (feature.as_str(), grant))
    }

    fn find(&self, feature: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(feature))
    }
}

impl FromIterator<(String, FeatureGrant)> for Features {
    fn from_iter<I: IntoIterator<Item = (String, FeatureGrant)>>(grants: I) -> Self {
        let mut features = Self::default();
        for (feature, grant) in grants {
            features.insert(feature, grant);
        }
        features
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Features {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::Features;
    use crate::pass::{FeatureGrant, Uses};

    #[test]
    fn a_feature_is_found_by_its_exact_name_and_the_last_grant_counts() {
        let counted = FeatureGrant { uses: Some(Uses { limit: Some(5), left: Some(1), slice: 0 }) };
        let grants = [("b", FeatureGrant::default()), ("a", FeatureGrant::default()), ("b", counted)];
        let features: Features = grants.into_iter().map(|(name, grant)| (name.to_owned(), grant)).collect();
        assert_eq!(features.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(features.get("b"), Some(&counted));
        assert_eq!(features.get("B"), None);
    }
}
