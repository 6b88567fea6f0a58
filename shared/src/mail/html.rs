//! The same text for mail programs that show HTML: paragraphs, line breaks and links, nothing else.

use core::fmt::Write as _;

/// The text as a small HTML page. A line that is an address below `base`, and nothing else, becomes a link.
pub fn to_html(text: &str, base: &str) -> String {
    let mut html = String::from("<!doctype html>\n<html><head><meta charset=\"utf-8\"></head><body>\n");
    for paragraph in text.split("\n\n").map(|paragraph| paragraph.trim_matches('\n')).filter(|lines| !lines.is_empty())
    {
        let lines = paragraph.split('\n').map(|line| show_line(line, base));
        // Each paragraph finds its own direction, whatever stands in the others.
        let _ = writeln!(html, "<p dir=\"auto\">{}</p>", lines.collect::<Vec<_>>().join("<br>\n"));
    }
    html.push_str("</body></html>\n");
    html
}

fn show_line(line: &str, base: &str) -> String {
    let escaped = escape(line);
    let is_link = line.strip_prefix(base).is_some_and(|rest| rest.starts_with('/')) && !line.contains(' ');
    if is_link { format!("<a href=\"{escaped}\">{escaped}</a>") } else { escaped }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let html = to_html("Hello <script>alert('1')</script> & \"co\",\n\nbye", "https://a.example");
        assert!(html.contains("Hello &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;co&quot;,"), "{html}");
        assert_eq!(html.matches("<p ").count(), 2);
    }

    #[test]
    fn only_the_portals_own_addresses_are_links() {
        let html =
            to_html("https://a.example/x?y=1&z\nhttps://evil.example/\nhttps://a.example.evil/", "https://a.example");
        assert_eq!(html.matches("<a ").count(), 1, "{html}");
        assert!(html.contains("<a href=\"https://a.example/x?y=1&amp;z\">"), "{html}");
    }
}
