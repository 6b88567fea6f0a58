//! The currencies that money is paid in, with their decimals (ISO 4217, list one, without funds, metals and test codes).

const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";

const TWO: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF \
    CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR \
    IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN \
    NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL \
    THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";

const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";

/// How many decimals the currency has; `None` for three letters that are no currency.
pub(super) fn decimals(code: &str) -> Option<u32> {
    let lists = [(NONE, 0), (TWO, 2), (THREE, 3)];
    let found = lists.into_iter().find(|(list, _)| list.split(' ').any(|known| known == code));
    found.map(|(_, decimals)| decimals)
}

#[cfg(test)]
mod tests {
    use super::{NONE, THREE, TWO, decimals};
    use std::collections::BTreeSet;

    #[test]
    fn a_currency_has_its_decimals() {
        for (code, wanted) in [
            ("EUR", Some(2)),
            ("JPY", Some(0)),
            ("KWD", Some(3)),
            ("XXX", None),
            ("XTS", None),
            ("EU", None),
            ("", None),
        ] {
            assert_eq!(decimals(code), wanted, "{code}");
        }
    }

    #[test]
    fn each_currency_is_listed_once() {
        let codes: Vec<_> = [NONE, TWO, THREE].iter().flat_map(|list| list.split(' ')).collect();
        assert!(codes.iter().all(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())));
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    }
}
