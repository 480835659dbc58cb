//! The sites of the service, by the names that people use for them.

use std::fmt;
use std::str::FromStr;

use super::AppId;

/// One of the service's sites; each is a world of its own, with its own accounts and keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site(&'static str);

/// A text that names no known site.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a known site ({list}); for another one give the URL of its API", list = Site::ALL.map(|site| format!("`{site}`")).join(", "))]
pub struct UnknownSite(String);

impl Site {
    /// All known sites.
    pub const ALL: [Self; 9] = [
        Self("datadoghq.com"),
        Self("us3.datadoghq.com"),
        Self("us5.datadoghq.com"),
        Self("ap1.datadoghq.com"),
        Self("ap2.datadoghq.com"),
        Self("uk1.datadoghq.com"),
        Self("datadoghq.eu"),
        Self("ddog-gov.com"),
        Self("us2.ddog-gov.com"),
    ];

    /// The site's name.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The address of an app's page for editing, where people are signed in. No answer of the API tells it; it is the one
    /// that Datadog's own build tools make of an id (`DataDog/build-plugins`, `packages/plugins/apps/src/upload.test.ts`).
    pub fn page(self, app: AppId) -> String {
        // A site without a region of its own has its pages at `app`.
        let host = match self.0.matches('.').count() {
            1 => format!("app.{}", self.0),
            _ => self.0.to_owned(),
        };
        format!("https://{host}/app-builder/apps/edit/{app}")
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for Site {
    type Err = UnknownSite;

    /// Takes a site's name, or any address of it that a person copies from a browser.
    fn from_str(text: &str) -> Result<Self, UnknownSite> {
        let address = text.trim().to_ascii_lowercase();
        let host = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"))
            .unwrap_or(&address);
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let find = |name: &str| Self::ALL.into_iter().find(|site| site.0 == name);
        find(host)
            .or_else(|| find(host.strip_prefix("app.").or(host.strip_prefix("api."))?))
            .ok_or_else(|| UnknownSite(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_site_is_found_by_its_name_and_has_pages() {
        let app: AppId = "65bb1f25-52e1-4510-9f8d-22d1516ed693".parse().unwrap();
        for site in Site::ALL {
            assert_eq!(site.as_str().parse(), Ok(site));
            // The address leads back to the site.
            assert_eq!(site.page(app).parse(), Ok(site));
        }
        assert_eq!(
            Site::ALL[0].page(app),
            format!("https://app.datadoghq.com/app-builder/apps/edit/{app}")
        );
        assert!(
            Site::ALL[1]
                .page(app)
                .starts_with("https://us3.datadoghq.com/")
        );
    }

    #[test]
    fn addresses_from_a_browser_are_understood() {
        for (address, site) in [
            ("app.datadoghq.eu", "datadoghq.eu"),
            ("https://app.datadoghq.com/", "datadoghq.com"),
            (
                "https://app.ddog-gov.com/app-builder/apps?x=1",
                "ddog-gov.com",
            ),
            (" HTTPS://US5.datadoghq.com ", "us5.datadoghq.com"),
            ("https://api.us3.datadoghq.com", "us3.datadoghq.com"),
        ] {
            assert_eq!(address.parse::<Site>().unwrap().as_str(), site, "{address}");
        }
    }

    #[test]
    fn an_unknown_site_is_an_error_that_lists_the_known_ones() {
        for text in [
            "datadoghq.org",
            "",
            "app.",
            "datadoghq.com.evil.example",
            "evil.example/datadoghq.com",
            "user@datadoghq.com",
        ] {
            let error = text.parse::<Site>().unwrap_err().to_string();
            assert!(
                error.contains("`uk1.datadoghq.com`") && error.contains("URL"),
                "{error}"
            );
        }
    }
}
