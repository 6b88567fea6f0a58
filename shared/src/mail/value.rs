//! What goes into mails: harmless text, amounts.

use crate::money::Money;
use crate::text::turns_direction;

/// The value without what could break out of its line or turn the text after it around; of several lines where it may be.
pub(super) fn plain(value: &str, is_line: bool) -> String {
    let value = value.replace("\r\n", "\n");
    let letters = value.chars().filter(|letter| !turns_direction(*letter));
    let letters = letters.map(|letter| match letter {
        '\n' if !is_line => '\n',
        letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => ' ',
        letter => letter,
    });
    letters.collect()
}

/// A name or sentence that somebody typed, as one harmless line.
pub fn one_line(text: &str) -> String {
    plain(text.trim(), true)
}

/// `19.99 EUR`: digits and the code, as they are read everywhere.
pub fn show_money(money: Money) -> String {
    let decimals = money.currency.decimals().unwrap_or(0);
    let unit = 10_u64.pow(decimals);
    let (sign, amount) = (if money.amount < 0 { "-" } else { "" }, money.amount.unsigned_abs());
    let (whole, rest) = (amount / unit, amount % unit);
    let width = usize::try_from(decimals).unwrap_or(0);
    let rest = if decimals == 0 { String::new() } else { format!(".{rest:0width$}") };
    format!("{sign}{whole}{rest} {}", money.currency)
}

#[cfg(test)]
mod tests {
    use super::{one_line, show_money};
    use crate::money::Money;

    #[test]
    fn amounts_have_their_currency_s_decimals() {
        for (amount, currency, shown) in [
            (1999, "EUR", "19.99 EUR"),
            (5, "EUR", "0.05 EUR"),
            (-250, "USD", "-2.50 USD"),
            (1999, "JPY", "1999 JPY"),
            (1999, "KWD", "1.999 KWD"),
            (0, "EUR", "0.00 EUR"),
        ] {
            assert_eq!(show_money(Money::new(amount, currency.parse().expect("a currency"))), shown);
        }
    }

    #[test]
    fn a_name_stays_one_line_in_its_own_direction() {
        assert_eq!(one_line(" Ada\r\nBcc: x\u{202e}\u{2028}y\0 "), "Ada Bcc: x y ");
        assert_eq!(one_line("عربي שלום e\u{301}"), "عربي שלום e\u{301}");
    }
}
