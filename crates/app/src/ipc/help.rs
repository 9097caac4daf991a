//! "I need help now": one tap from every screen, works without a network, asks nothing.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The card. A line is listed only after a person has checked its number at the operator's own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HelpView {
    pub countries: Vec<HelpCountry>,
    /// The chosen country's code, kept in the settings.
    pub chosen: Option<String>,
    /// Where lines of every country are found.
    pub directory: String,
}

/// One country of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HelpCountry {
    /// ISO 3166 alpha-2.
    pub code: String,
    pub name: String,
    /// Absent until checked; the card then says "your local emergency number".
    pub emergency: Option<String>,
    pub line: Option<HelpLine>,
}

/// A line to call or write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HelpLine {
    pub name: String,
    pub call: String,
    pub text: Option<String>,
    pub hours: String,
    pub cost: String,
    /// The number was checked more than 180 days ago.
    pub stale: bool,
}
