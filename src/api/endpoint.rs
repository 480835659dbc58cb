//! Where the API of a site is.

use crate::http::Endpoint;
use crate::model::Site;

/// The address of a site's API.
pub fn endpoint(site: Site) -> Endpoint {
    format!("https://api.{site}")
        .parse()
        .expect("the names of the sites are host names")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_site_has_an_endpoint() {
        for site in Site::ALL {
            assert_eq!(endpoint(site).to_string(), format!("https://api.{site}"));
        }
    }
}
