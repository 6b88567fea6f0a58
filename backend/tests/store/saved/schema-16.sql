BEGIN TRANSACTION;
CREATE TABLE accounts (
    account_id TEXT NOT NULL PRIMARY KEY CHECK (account_id GLOB 'acc_*'),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
, email_confirmed_at INTEGER, vendor_id TEXT REFERENCES vendors) STRICT, WITHOUT ROWID;
INSERT INTO "accounts" VALUES('acc_01m80fpm80ejw8z0kqsx2k3rda','owner@example.com','owner@example.com','Olivia Owner','$argon2id$v=19$m=8,t=1,p=1$Ifuas+ienH0H4yqpwDT80g$UMqViFaZO0evyp3ZyWnr/6I01qYp+7Aa2yyKdCHdt/g',1795312800,1795312800,NULL);
INSERT INTO "accounts" VALUES('acc_01m80fpm80fdxtc2kywa68tnrk','a@example.com','a@example.com','Somebody','$argon2id$v=19$m=8,t=1,p=1$Hw9M3N32BlsXs8489Arn7A$hMAiNpxNSSOd16JooDYbdz91GczQLeSGXK8bW0Okqv4',1795312800,NULL,NULL);
INSERT INTO "accounts" VALUES('acc_01m80fpm80fexr7g9ern95vsb5','customer@example.com','customer@example.com','Casey Customer','$argon2id$v=19$m=8,t=1,p=1$Ifuas+ienH0H4yqpwDT80g$UMqViFaZO0evyp3ZyWnr/6I01qYp+7Aa2yyKdCHdt/g',1795312800,1795312800,NULL);
CREATE TABLE agreements (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    digest TEXT NOT NULL CHECK (length(digest) = 43),
    version INTEGER NOT NULL CHECK (version >= 1),
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (vendor_id, digest)
) STRICT;
INSERT INTO "agreements" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','c2RShToJoy7F451Miq0AKRlvr_sf5A1yoH_ePKYp5Bk',1,'Sketchpad license terms','1. What you may do. Acme Studio lets you use Sketchpad, with the functions, for the time, on the number of devices and for the number of uses that you chose. The license is yours; you may not rent it out or sell copies of it.

2. Devices. The license works on a device after you connect it. A device keeps working without the internet for the time stated in the offer, and then needs to reach the portal once. You may move the license to another device as often as the offer says.

3. What you draw is yours. Acme Studio claims no right to your pictures. AI renderings are made on our machines from what you send and are deleted there within an hour.

4. Trial. A trial is free, can be had once per person, and ends by itself. Nothing is charged when it ends.

5. Payment. Prices are shown before you order and hold for the whole term. A license does not renew by itself.

6. When something is wrong. If Sketchpad does not do what its description says, tell us within the term: we repair it or give the money for the rest of the term back. We are liable without limit for intent and gross negligence, and otherwise for foreseeable damage only.

7. Ending. We may suspend a license that is used against these terms; we say why and how to set it right. When a license ends, the functions stop and your pictures stay where you saved them.
');
CREATE TABLE answers (
    number INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint TEXT NOT NULL,
    claimed_at INTEGER NOT NULL,
    status INTEGER NOT NULL CHECK (status BETWEEN 100 AND 599),
    body BLOB NOT NULL, signature_at INTEGER CHECK (signature_at > 0), vendor_id TEXT CHECK ((vendor_id IS NULL) = (signature_at IS NULL)), kid TEXT CHECK ((kid IS NULL) = (signature_at IS NULL)),
    UNIQUE (scope, key)
) STRICT;
INSERT INTO "answers" VALUES(1,'acc_01m80fpm80fdxtc2kywa68tnrk','216575436095136780041367190764776653377','gvMVO_A2hU05HgwU1FAgaRXdA9nFeGvTqh2bxvU5yLE',1795312800,201,X'7B226F726465725F6964223A226F72645F30316D383066706D3830663067396B61686767386862636E7734222C227374617465223A226177616974696E675F7061796D656E74222C22746F74616C223A7B22616D6F756E74223A31353030302C2263757272656E6379223A22455552227D2C227061795F75726C223A2268747470733A2F2F6C6963656E7365732E6578616D706C652E636F6D2F7061792F6F72645F30316D383066706D3830663067396B61686767386862636E7734227D',NULL,NULL,NULL);
INSERT INTO "answers" VALUES(2,'acc_01m80fpm80fdxtc2kywa68tnrk','97314237891316388823480343895006039099','sGC36kzE7GDH-fGViDxdxmPnJqaQsvFKZd_4b4NGplY',1795312800,200,X'7B226F726465725F6964223A226F72645F30316D383066706D3830663067396B61686767386862636E7734222C227374617465223A2266756C66696C6C6564222C22746F74616C223A7B22616D6F756E74223A31353030302C2263757272656E6379223A22455552227D2C226C6963656E73655F6964223A226C69635F30316D383066706D3830667836763379767233306A6277726664227D',NULL,NULL,NULL);
INSERT INTO "answers" VALUES(3,'acc_01m80fpm80fdxtc2kywa68tnrk','156395293968792965220670356468005070640','w5PR9R8JJbXvbg9hz4C92ZDaVvzdIT4UPYj-8HqtpXs',1795312800,201,X'7B22706173735F6964223A227061735F30316D383066706D38306670773833336D78307163337930366E222C2270617373223A2265794A30655841694F694A7361574E6C626E4E6C4C58426863334D72616E6430496977695957786E496A6F6952575245553045694C434A72615751694F694A4F6247396654305978557A64576257683654464E305744517A5130564E4E475A454D57314F65584230646D4E79557A687A596E6B3057586852496E302E65794A7063334D694F694A6F64485277637A6F764C327870593256756332567A4C6D56345957317762475575593239744C33597659574E745A534973496D46315A434936496D466A625755766332746C64474E6F6347466B4969776963335669496A6F695933567A587A4178625467775A6E42744F44426C643264685A6E677A593263354F4468306357743049697769616E5270496A6F696347467A587A4178625467775A6E42744F44426D634863344D7A4E7465444278597A4E354D445A754969776961574630496A6F784E7A6B314D7A45794F4441774C434A75596D59694F6A45334F54557A4D5449344D444173496D5634634349364D5463354E546B784E7A59774D4377695932356D496A7037496D707264434936496B35796357637A4C553166574864306543307864474A30597A464B4E31683162444A45655756444D474A5655336B3564563831546C4E484E6D6369665377696347467A6331397A6447463064584D694F694A32595778705A434973496E4E30595852316379493665794A7A6447463064584E6662476C7A6443493665794A705A4867694F6A4173496E567961534936496D68306448427A4F69387662476C6A5A57357A5A584D755A586868625842735A53356A62323076646939685932316C4C334E305958523163793878496E31394C434A7361574D694F6E7369615751694F694A7361574E664D4446744F44426D634730344D475A344E6E597A65585A794D7A4271596E64795A6D51694C434A6C6347396A614349364D43776962325A6D5A5849694F694A77636D38694C434A745A573531496A6F784C434A305A584A74496A7037496D7470626D51694F694A6D6158686C5A434973496D35695A6949364D5463354E544D784D6A67774D4377695A586877496A6F784F4449324F4451344F444177665377695A6D5668644856795A584D694F6E736959576B75636D56755A475679496A7037496E567A5A584D694F6E736962476C74615851694F6A45774D4377696247566D644349364D5441774C434A7A62476C6A5A5349364D6A4239665377695A484A686479493665333073496D56346347397964433577626D63694F6E74394C434A6C65484276636E517563335A6E496A703766537769624746355A584A7A496A70376658313966512E456C55533538614750353557696D4D78524F6E5A5178616F415A41616C766F596168757A7A532D6E4C4555554F7A70634A41646E464E4776585A5A344F597374795F56374868484861557A6E5278515A564E46454151227D',NULL,NULL,NULL);
INSERT INTO "answers" VALUES(4,'acc_01m80fpm80fdxtc2kywa68tnrk','66703461004996709859867748667931290333','X-6XvavfQJYurgImX2VPvKRK9I8bpNcuHoa10r4BkQE',1795312800,201,X'7B22706173735F6964223A227061735F30316D383066706D383066657738683736346378716738653731222C2270617373223A2265794A30655841694F694A7361574E6C626E4E6C4C58426863334D72616E6430496977695957786E496A6F6952575245553045694C434A72615751694F694A4F6247396654305978557A64576257683654464E305744517A5130564E4E475A454D57314F65584230646D4E79557A687A596E6B3057586852496E302E65794A7063334D694F694A6F64485277637A6F764C327870593256756332567A4C6D56345957317762475575593239744C33597659574E745A534973496D46315A434936496D466A625755766332746C64474E6F6347466B4969776963335669496A6F695933567A587A4178625467775A6E42744F44426C643264685A6E677A593263354F4468306357743049697769616E5270496A6F696347467A587A4178625467775A6E42744F44426D5A586334614463324E474E34635763345A5463784969776961574630496A6F784E7A6B314D7A45794F4441774C434A75596D59694F6A45334F54557A4D5449344D444173496D5634634349364D5463354E546B784E7A59774D4377695932356D496A7037496D707264434936496C396B567A68424C55644D57465A78596C42514C585A4A646B314B64316C686445566C5633564853335574625642345354466162556C7256484D69665377696347467A6331397A6447463064584D694F694A32595778705A434973496E4E30595852316379493665794A7A6447463064584E6662476C7A6443493665794A705A4867694F6A4573496E567961534936496D68306448427A4F69387662476C6A5A57357A5A584D755A586868625842735A53356A62323076646939685932316C4C334E305958523163793878496E31394C434A7361574D694F6E7369615751694F694A7361574E664D4446744F44426D634730344D475A344E6E597A65585A794D7A4271596E64795A6D51694C434A6C6347396A614349364D43776962325A6D5A5849694F694A77636D38694C434A745A573531496A6F784C434A305A584A74496A7037496D7470626D51694F694A6D6158686C5A434973496D35695A6949364D5463354E544D784D6A67774D4377695A586877496A6F784F4449324F4451344F444177665377695A6D5668644856795A584D694F6E736959576B75636D56755A475679496A7037496E567A5A584D694F6E736962476C74615851694F6A45774D4377696247566D644349364D5441774C434A7A62476C6A5A5349364D6A4239665377695A484A686479493665333073496D56346347397964433577626D63694F6E74394C434A6C65484276636E517563335A6E496A703766537769624746355A584A7A496A70376658313966512E564E5277792D49794B5055584277474A6E693976396A654E4B613149655138674378446C6C6249663952596B736664506E3974324962476A343930746161366867325A6453667342616D434F41423177374570734167227D',NULL,NULL,NULL);
INSERT INTO "answers" VALUES(5,'pas_01m80fpm80fpw833mx0qc3y06n','301318473521760539968810121025573346389','lZw6fx7ovaaa8Mgu9q3sGId0ebq0Do5GYM_ePee_i28',1795312800,200,X'7B2266656174757265223A2261692E72656E646572222C227370656E74223A332C226C656674223A39372C227265736574735F6174223A22323032362D31322D32325430323A30303A30305A227D',NULL,NULL,NULL);
CREATE TABLE app_origins (
    origin TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    PRIMARY KEY (origin, vendor_id, product_id),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
) STRICT, WITHOUT ROWID;
INSERT INTO "app_origins" VALUES('https://licenses.example.com','ven_01m80fpm80ecnb5nx94yrrc1vt','prd_01m80fpm80fdgtpk7m56fka6k4');
CREATE TABLE challenges (
    challenge_hash TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('second', 'register', 'sign_in', 'proof')),
    account_id TEXT REFERENCES accounts,
    content TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE coupons (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    code TEXT NOT NULL CHECK (length(code) BETWEEN 4 AND 32 AND code NOT GLOB '*[^A-Z0-9-]*'),
    percent_off INTEGER CHECK (percent_off BETWEEN 1 AND 100),
    amount_off INTEGER CHECK (amount_off >= 1),
    currency TEXT CHECK (length(currency) = 3),
    product_id TEXT,         -- null: all of the vendor's
    offers TEXT NOT NULL,    -- slugs between blanks; none: all of the product's
    starts_at INTEGER,
    ends_at INTEGER,
    uses_limit INTEGER CHECK (uses_limit >= 1),
    redeemed INTEGER NOT NULL DEFAULT 0 CHECK (redeemed >= 0),
    once_per_customer INTEGER NOT NULL CHECK (once_per_customer IN (0, 1)),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (vendor_id, code),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products,
    CHECK ((percent_off IS NULL) <> (amount_off IS NULL)),
    CHECK ((amount_off IS NULL) = (currency IS NULL)),
    CHECK (starts_at < ends_at),
    CHECK (redeemed <= uses_limit)
) STRICT, WITHOUT ROWID;
INSERT INTO "coupons" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','WELCOME-10',10,NULL,NULL,NULL,'',NULL,NULL,NULL,0,0,1,1795312800,1);
CREATE TABLE customers (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    customer_id TEXT NOT NULL CHECK (customer_id GLOB 'cus_*'),
    account_id TEXT NOT NULL REFERENCES accounts,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, customer_id),
    UNIQUE (account_id, vendor_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "customers" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','cus_01m80fpm80ewgafx3cg988tqkt','acc_01m80fpm80fdxtc2kywa68tnrk',1795312800);
CREATE TABLE deliveries (
    vendor_id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    delivery_id TEXT NOT NULL CHECK (delivery_id GLOB 'dlv_*'),
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    attempt INTEGER NOT NULL CHECK (attempt >= 1),
    at INTEGER NOT NULL,
    millis INTEGER NOT NULL CHECK (millis >= 0),
    is_done INTEGER NOT NULL CHECK (is_done IN (0, 1)),
    status INTEGER,
    error TEXT,
    request TEXT NOT NULL,
    response TEXT NOT NULL,
    PRIMARY KEY (vendor_id, webhook_id, delivery_id),
    FOREIGN KEY (vendor_id, webhook_id) REFERENCES webhooks ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE denials (
    vendor_id TEXT NOT NULL,
    license_id TEXT NOT NULL,
    act TEXT NOT NULL,
    code TEXT NOT NULL,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, license_id, act, code),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses
) STRICT, WITHOUT ROWID;
CREATE TABLE drafts (
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    base INTEGER NOT NULL CHECK (base >= 0),
    content TEXT CHECK (json_valid(content)), -- null: published or discarded
    saved_at INTEGER,
    saved_by TEXT,
    PRIMARY KEY (vendor_id, product_id),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products,
    CHECK ((content IS NULL) = (saved_at IS NULL) AND (content IS NULL) = (saved_by IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    number INTEGER NOT NULL CHECK (number >= 1),
    event_id TEXT NOT NULL CHECK (event_id GLOB 'evt_*'),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (vendor_id, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "events" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt',1,'evt_01m80fpm80etdadrq0w4b61gc3',1795312800,'vendor.created','operator','ven_01m80fpm80ecnb5nx94yrrc1vt','{}',X'564C8ECD860BE62CBEF3E79D1EEC70D167C69D08F57E71EDC15C397C99A507D1');
INSERT INTO "events" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt',2,'evt_01m80fpm80eg4stnn7fvm8tvb1',1795312800,'order.placed','acc_01m80fpm80fdxtc2kywa68tnrk','ord_01m80fpm80f0g9kahgg8hbcnw4','{"state":"awaiting_payment","total":{"amount":15000,"currency":"EUR"}}',X'08E6CDFD6BDEC010189F7EDD5404A32F733446DE76EF953178C12532341E92B0');
INSERT INTO "events" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt',3,'evt_01m80fpm80fs8a9y0e4xhh10hv',1795312800,'order.fulfilled','acc_01m80fpm80fdxtc2kywa68tnrk','ord_01m80fpm80f0g9kahgg8hbcnw4','{"state":"fulfilled","total":{"amount":15000,"currency":"EUR"}}',X'AF9149470F8A7B3AE52B46D00E0CA1D2AC6A8701FBD8385C14ED8FB199145A17');
INSERT INTO "events" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt',4,'evt_01m80fpm80espty8t4p969ch7h',1795312800,'license.created','acc_01m80fpm80fdxtc2kywa68tnrk','lic_01m80fpm80fx6v3yvr30jbwrfd','{"ends_at":"2027-11-22T02:00:00Z","offer":"pro","order_id":"ord_01m80fpm80f0g9kahgg8hbcnw4"}',X'7B48C88E4DBDD6194BC5D14F0A5705AB165A9EC8BDA16BB64960352A891D900A');
INSERT INTO "events" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt',5,'evt_01m80fpm80fc69czw9ycpgpjrw',1795312800,'pass.issued','acc_01m80fpm80fdxtc2kywa68tnrk','pas_01m80fpm80fpw833mx0qc3y06n','{"begun":null,"counted":[],"epoch":0,"license_id":"lic_01m80fpm80fx6v3yvr30jbwrfd"}',X'A6D4BF26879A049923FC501854C5230F8518A96D7EA43E4883AE2CDB2ECA4E93');
INSERT INTO "events" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt',6,'evt_01m80fpm80e4cthnpemrpa6hqn',1795312800,'pass.issued','acc_01m80fpm80fdxtc2kywa68tnrk','pas_01m80fpm80few8h764cxqg8e71','{"begun":null,"counted":[],"epoch":0,"license_id":"lic_01m80fpm80fx6v3yvr30jbwrfd"}',X'0D7D737E022AE91DAD070AF1C903C1516520608D6C586647E855B3EBA87A860D');
INSERT INTO "events" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt',7,'evt_01m80fpm80f5vtgb89xnfa1xjm',1795312800,'use.counted','pas_01m80fpm80fpw833mx0qc3y06n','lic_01m80fpm80fx6v3yvr30jbwrfd','{"count":3,"feature":"ai.render","left":97,"pass_id":"pas_01m80fpm80fpw833mx0qc3y06n","resets_at":"2026-12-22T02:00:00Z"}',X'C3603EF057DA2C207A3822E4D31A5CD849C2686FFCF6F9514A832F9078078B96');
INSERT INTO "events" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt',8,'evt_01m80fpm80f5msfkr4m0kgjp23',1795312800,'pass.suspended','acc_01m80fpm80ejw8z0kqsx2k3rda','pas_01m80fpm80few8h764cxqg8e71','{"after":{"status":"suspended"},"before":{"status":"valid"},"from":{"address":"192.0.2.1","agent":""},"license_id":"lic_01m80fpm80fx6v3yvr30jbwrfd","reason":"Asked for by the customer."}',X'DF2927446D4E76015264CD03F2BFE0DF083214D9029938D0049F325940C61758');
CREATE TABLE figures (
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    day TEXT NOT NULL,    -- of UTC
    what TEXT NOT NULL,
    detail TEXT NOT NULL, -- a currency, a feature or a code
    count INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, product_id, day, what, detail),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
) STRICT, WITHOUT ROWID;
INSERT INTO "figures" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','prd_01m80fpm80fdgtpk7m56fka6k4','2026-11-22','grant','',1,0);
INSERT INTO "figures" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','prd_01m80fpm80fdgtpk7m56fka6k4','2026-11-22','sale','EUR',1,15000);
INSERT INTO "figures" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','prd_01m80fpm80fdgtpk7m56fka6k4','2026-11-22','use','ai.render',3,0);
CREATE TABLE figures_active (
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    day TEXT NOT NULL,
    change INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, product_id, day),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
) STRICT, WITHOUT ROWID;
INSERT INTO "figures_active" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','prd_01m80fpm80fdgtpk7m56fka6k4','2026-11-22',1);
INSERT INTO "figures_active" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','prd_01m80fpm80fdgtpk7m56fka6k4','2027-11-22',-1);
CREATE TABLE figures_counted (
    vendor_id TEXT NOT NULL PRIMARY KEY REFERENCES vendors,
    counted INTEGER NOT NULL CHECK (counted >= 1) -- the number of the last event that is in the figures
) STRICT, WITHOUT ROWID;
INSERT INTO "figures_counted" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt',8);
CREATE TABLE identifiers (
    vendor_id TEXT NOT NULL,
    identifier_id TEXT NOT NULL CHECK (identifier_id GLOB 'idn_*'),
    license_id TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE CHECK (length(secret_hash) = 43),
    hint TEXT NOT NULL,
    label TEXT,
    service TEXT,                 -- the one API token that may present it; null: any of the vendor's
    expires_at INTEGER,
    uses_limit INTEGER CHECK (uses_limit >= 1),
    uses_left INTEGER CHECK (uses_left BETWEEN 0 AND uses_limit),
    created_by TEXT NOT NULL,     -- an account or a pass
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (vendor_id, identifier_id),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, service) REFERENCES tokens,
    CHECK ((uses_left IS NULL) = (uses_limit IS NULL)),
    CHECK (expires_at > created_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE identities (
    vendor_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    subject TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    account_id TEXT NOT NULL REFERENCES accounts,
    created_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, source_id, subject),
    UNIQUE (account_id, vendor_id, source_id),
    FOREIGN KEY (vendor_id, source_id) REFERENCES sources
) STRICT, WITHOUT ROWID;
CREATE TABLE invitations (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    invitation_id TEXT NOT NULL CHECK (invitation_id GLOB 'inv_*'),
    secret_hash TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'support', 'viewer')),
    invited_by TEXT NOT NULL, -- an account or an API token
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'withdrawn')),
    PRIMARY KEY (vendor_id, invitation_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE leases (
    vendor_id TEXT NOT NULL,
    lease_id TEXT NOT NULL CHECK (lease_id GLOB 'lea_*'),
    license_id TEXT NOT NULL,
    identifier_id TEXT NOT NULL,
    token_id TEXT NOT NULL,
    feature TEXT,                 -- null: the license as such
    count INTEGER NOT NULL CHECK (count >= 0),
    holder TEXT NOT NULL,
    checked_out_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > checked_out_at),
    state TEXT NOT NULL CHECK (state IN ('open', 'returned', 'expired', 'ended')),
    ended_at INTEGER,
    spent INTEGER CHECK (spent BETWEEN 0 AND count), product_id TEXT, holder_key TEXT,
    PRIMARY KEY (vendor_id, lease_id),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, license_id, feature) REFERENCES license_features,
    FOREIGN KEY (vendor_id, identifier_id) REFERENCES identifiers,
    FOREIGN KEY (vendor_id, token_id) REFERENCES tokens,
    CHECK (feature IS NOT NULL OR count = 0),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((ended_at IS NULL) = (spent IS NULL))
) STRICT;
CREATE TABLE license_features (
    vendor_id TEXT NOT NULL,
    license_id TEXT NOT NULL,
    feature TEXT NOT NULL,
    counting TEXT CHECK (counting IN ('on_issue', 'on_checkout', 'on_use')), -- null: not counted
    uses_limit INTEGER CHECK (uses_limit >= 0),                              -- null: without limit
    uses_left INTEGER CHECK (uses_left >= 0),
    resets TEXT, uses_spent INTEGER NOT NULL DEFAULT 0 CHECK (uses_spent >= 0), resets_at INTEGER, uses_added INTEGER NOT NULL DEFAULT 0
    CHECK (uses_added >= 0 AND uses_added <= coalesce(uses_limit, 0)),
    PRIMARY KEY (vendor_id, license_id, feature),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    CHECK (uses_left <= uses_limit),
    CHECK ((uses_left IS NULL) = (uses_limit IS NULL)),
    CHECK (counting IS NOT NULL OR (uses_limit IS NULL AND resets IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO "license_features" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','lic_01m80fpm80fx6v3yvr30jbwrfd','ai.render','on_use',100,97,'P1M',3,1797904800,0);
INSERT INTO "license_features" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','lic_01m80fpm80fx6v3yvr30jbwrfd','draw',NULL,NULL,NULL,NULL,0,NULL,0);
INSERT INTO "license_features" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','lic_01m80fpm80fx6v3yvr30jbwrfd','export.png',NULL,NULL,NULL,NULL,0,NULL,0);
INSERT INTO "license_features" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','lic_01m80fpm80fx6v3yvr30jbwrfd','export.svg',NULL,NULL,NULL,NULL,0,NULL,0);
INSERT INTO "license_features" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','lic_01m80fpm80fx6v3yvr30jbwrfd','layers',NULL,NULL,NULL,NULL,0,NULL,0);
CREATE TABLE licenses (
    vendor_id TEXT NOT NULL,
    license_id TEXT NOT NULL CHECK (license_id GLOB 'lic_*'),
    customer_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    trial INTEGER NOT NULL CHECK (trial IN (0, 1)),
    offer TEXT NOT NULL,
    menu_version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'revoked')),
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    term TEXT NOT NULL CHECK (term IN ('fixed', 'perpetual', 'first_use')),
    starts_at INTEGER,
    ends_at INTEGER,
    period TEXT,
    terminals INTEGER NOT NULL CHECK (terminals >= 0),
    seats INTEGER NOT NULL CHECK (seats >= 0),
    moving_allowed INTEGER NOT NULL CHECK (moving_allowed IN (0, 1)),
    moving_limit INTEGER CHECK (moving_limit >= 0),
    moving_per TEXT,
    recoveries INTEGER NOT NULL CHECK (recoveries >= 0),
    offline_window TEXT NOT NULL,
    offline_slice INTEGER NOT NULL CHECK (offline_slice >= 0), revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1), extra_moves INTEGER CHECK (extra_moves >= 1), extra_moves_since INTEGER
    CHECK ((extra_moves IS NULL) = (extra_moves_since IS NULL)), end_or_never INTEGER AS (coalesce(ends_at, 253402300800)) VIRTUAL, told_end INTEGER, lease_min_seconds INTEGER NOT NULL DEFAULT 10 CHECK (lease_min_seconds >= 1), lease_max_seconds INTEGER NOT NULL DEFAULT 86400 CHECK (lease_max_seconds >= lease_min_seconds), unreturned TEXT NOT NULL DEFAULT 'spent' CHECK (unreturned IN ('spent', 'returned')), seats_taken INTEGER NOT NULL DEFAULT 0 CHECK (seats_taken BETWEEN 0 AND seats),
    PRIMARY KEY (vendor_id, license_id),
    UNIQUE (vendor_id, order_id),
    FOREIGN KEY (vendor_id, customer_id) REFERENCES customers,
    FOREIGN KEY (vendor_id, product_id, menu_version) REFERENCES menus,
    FOREIGN KEY (vendor_id, order_id) REFERENCES orders,
    CHECK (CASE term
        WHEN 'fixed' THEN starts_at IS NOT NULL AND ends_at IS NOT NULL AND ends_at > starts_at AND period IS NULL
        WHEN 'perpetual' THEN starts_at IS NOT NULL AND ends_at IS NULL AND period IS NULL
        ELSE starts_at IS NULL AND ends_at IS NULL AND period IS NOT NULL
    END)
) STRICT;
INSERT INTO "licenses" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','lic_01m80fpm80fx6v3yvr30jbwrfd','cus_01m80fpm80ewgafx3cg988tqkt','prd_01m80fpm80fdgtpk7m56fka6k4','ord_01m80fpm80f0g9kahgg8hbcnw4',1795312800,0,'pro',1,'active',0,'fixed',1795312800,1826848800,NULL,3,0,1,3,'P1Y',2,'P1W',20,2,NULL,NULL,NULL,10,86400,'spent',0);
CREATE TABLE logos (
    vendor_id TEXT NOT NULL PRIMARY KEY REFERENCES vendors,
    digest TEXT NOT NULL CHECK (length(digest) = 43),
    media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp')),
    width INTEGER NOT NULL CHECK (width BETWEEN 1 AND 1024),
    height INTEGER NOT NULL CHECK (height BETWEEN 1 AND 1024),
    content BLOB NOT NULL CHECK (length(content) BETWEEN 1 AND 65536)
) STRICT, WITHOUT ROWID;
CREATE TABLE mail_cursors (
    vendor_id TEXT NOT NULL PRIMARY KEY REFERENCES vendors,
    told INTEGER NOT NULL CHECK (told >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO "mail_cursors" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt',3);
CREATE TABLE mail_links (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('password', 'address')),
    account_id TEXT NOT NULL REFERENCES accounts,
    email TEXT NOT NULL, -- where it was sent to; empty where the operator handed it over
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE mail_templates (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    kind TEXT NOT NULL,
    subject TEXT,
    body TEXT,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (vendor_id, kind),
    CHECK ((subject IS NULL) = (body IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE mails (
    mail_id TEXT NOT NULL PRIMARY KEY CHECK (mail_id GLOB 'mai_*'),
    vendor_id TEXT REFERENCES vendors,  -- in whose name; absent: the installation's own
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    about TEXT NOT NULL,                -- what it tells of: an id
    subject TEXT NOT NULL,
    text TEXT,                          -- absent where it holds a secret link
    link TEXT,
    sealed BLOB,                        -- text and link where the link is a secret; forgotten once sent, failed or over
    created_at INTEGER NOT NULL,
    over_at INTEGER,                    -- when its link ends: what is not sent by then never is
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'kept')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_attempt_at INTEGER NOT NULL,
    sent_at INTEGER,
    error TEXT,
    CHECK (sealed IS NULL OR (text IS NULL AND link IS NULL)),
    CHECK (state NOT IN ('sent', 'failed') OR sealed IS NULL),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO "mails" VALUES('mai_01m84m64emehtam6b4qb081y45','ven_01m80fpm80ecnb5nx94yrrc1vt','receipt','a@example.com','ord_01m80fpm80f0g9kahgg8hbcnw4','Your order of Sketchpad: 150.00 EUR','Hello Somebody,

thank you for your order of Sketchpad.

Pro: 0.00 EUR
1 year: 120.00 EUR
AI rendering: 5.00 EUR
AI rendering, 100 times: 5.00 EUR
3 devices: 20.00 EUR

Total: 150.00 EUR
Paid on 2026-11-22, order ord_01m80fpm80f0g9kahgg8hbcnw4

Your license:

http://127.0.0.1:8080/licenses/lic_01m80fpm80fx6v3yvr30jbwrfd

Your receipt:

http://127.0.0.1:8080/orders/ord_01m80fpm80f0g9kahgg8hbcnw4

Acme Studio
Acme Studio','http://127.0.0.1:8080/orders/ord_01m80fpm80f0g9kahgg8hbcnw4',NULL,1795451720,NULL,'kept',0,1795451720,NULL,NULL);
CREATE TABLE members (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    account_id TEXT NOT NULL REFERENCES accounts,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'support', 'viewer')),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, account_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "members" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','acc_01m80fpm80ejw8z0kqsx2k3rda','owner',1795312800);
CREATE TABLE menu_agreements (
    vendor_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    product_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, digest, product_id, version),
    FOREIGN KEY (vendor_id, product_id, version) REFERENCES menus
) STRICT, WITHOUT ROWID;
INSERT INTO "menu_agreements" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','c2RShToJoy7F451Miq0AKRlvr_sf5A1yoH_ePKYp5Bk','prd_01m80fpm80fdgtpk7m56fka6k4',1);
CREATE TABLE menu_orders (
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    orders INTEGER NOT NULL CHECK (orders >= 1),
    PRIMARY KEY (vendor_id, product_id, version),
    FOREIGN KEY (vendor_id, product_id, version) REFERENCES menus
) STRICT, WITHOUT ROWID;
INSERT INTO "menu_orders" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','prd_01m80fpm80fdgtpk7m56fka6k4',1,1);
CREATE TABLE menus (
    vendor_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    digest TEXT NOT NULL CHECK (length(digest) = 43),
    content TEXT NOT NULL CHECK (json_valid(content)),
    published_at INTEGER NOT NULL, published_by TEXT,
    PRIMARY KEY (vendor_id, product_id, version),
    FOREIGN KEY (vendor_id, product_id) REFERENCES products
) STRICT;
INSERT INTO "menus" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','prd_01m80fpm80fdgtpk7m56fka6k4',1,'zfCq7WHCiJRIEdZ5sAlCRTb1Cl3ikxMh_2Yrt5DDgtY','{"menu":1,"digest":"zfCq7WHCiJRIEdZ5sAlCRTb1Cl3ikxMh_2Yrt5DDgtY","currency":"EUR","vendor":{"slug":"acme","name":"Acme Studio"},"product":{"slug":"sketchpad","name":"Sketchpad","summary":"Draw in the browser, with layers, exports and AI rendering.","features":[{"feature":"draw","name":"Draw and undo"},{"feature":"layers","name":"Layers"},{"feature":"export.png","name":"Export as PNG"},{"feature":"export.svg","name":"Export as SVG"},{"feature":"ai.render","name":"AI rendering"}]},"offers":[{"offer":"trial","name":"Trial","summary":"Everything for two weeks, from the first time you connect a device. Once per person.","base":0,"features":[{"feature":"draw","included":true},{"feature":"layers","included":true},{"feature":"export.png","included":true},{"feature":"export.svg","included":true},{"feature":"ai.render","included":true}],"terms":[{"term":"first_use:P2W","price":0,"trial":true}],"uses":[{"feature":"ai.render","limits":[{"limit":10,"price":0}],"count":"on_use"}],"terminals":[],"seats":[],"moving":{"allowed":false,"recoveries":0},"offline":{"window":"P2D","slice":0},"agreement":{"version":1,"digest":"c2RShToJoy7F451Miq0AKRlvr_sf5A1yoH_ePKYp5Bk","title":"Sketchpad license terms"}},{"offer":"solo","name":"Solo","summary":"Draw and export pictures; add what you need.","base":0,"features":[{"feature":"draw","included":true},{"feature":"export.png","included":true},{"feature":"layers","included":false,"price":300},{"feature":"export.svg","included":false,"price":200},{"feature":"ai.render","included":false}],"terms":[{"term":"P1M","price":400},{"term":"P1Y","price":3900},{"term":"perpetual","price":12900}],"uses":[{"feature":"ai.render","limits":[{"limit":20,"price":200},{"limit":100,"price":700}],"count":"on_use"}],"terminals":[{"limit":1,"price":0},{"limit":2,"price":300}],"seats":[],"moving":{"allowed":true,"limit":2,"per":"P1Y","recoveries":1},"offline":{"window":"P1W","slice":5},"agreement":{"version":1,"digest":"c2RShToJoy7F451Miq0AKRlvr_sf5A1yoH_ePKYp5Bk","title":"Sketchpad license terms"}},{"offer":"pro","name":"Pro","summary":"Layers and every export for daily work, with AI rendering as an option.","base":0,"features":[{"feature":"draw","included":true},{"feature":"layers","included":true},{"feature":"export.png","included":true},{"feature":"export.svg","included":true},{"feature":"ai.render","included":false,"price":500}],"terms":[{"term":"P1M","price":1200},{"term":"P1Y","price":12000},{"term":"until:2027-12-31","price":9900},{"term":"perpetual","price":39900}],"uses":[{"feature":"ai.render","limits":[{"limit":100,"price":500},{"limit":500,"price":1900},{"limit":null,"price":9900}],"resets":"P1M","count":"on_use"}],"terminals":[{"limit":1,"price":0},{"limit":3,"price":2000}],"seats":[],"moving":{"allowed":true,"limit":3,"per":"P1Y","recoveries":2},"offline":{"window":"P1W","slice":20},"agreement":{"version":1,"digest":"c2RShToJoy7F451Miq0AKRlvr_sf5A1yoH_ePKYp5Bk","title":"Sketchpad license terms"}},{"offer":"studio","name":"Studio","summary":"For a team and its render farm: seats for services, many devices, long spells offline.","base":5000,"features":[{"feature":"draw","included":true},{"feature":"layers","included":true},{"feature":"export.png","included":true},{"feature":"export.svg","included":true},{"feature":"ai.render","included":true}],"terms":[{"term":"P1Y","price":48000},{"term":"perpetual","price":149900}],"uses":[{"feature":"ai.render","limits":[{"limit":5000,"price":0},{"limit":null,"price":29900}],"resets":"P1M","count":"on_checkout"}],"terminals":[{"limit":5,"price":0},{"limit":20,"price":25000}],"seats":[{"limit":5,"price":0},{"limit":10,"price":15000},{"limit":25,"price":32000}],"moving":{"allowed":true,"recoveries":5},"offline":{"window":"P30D","slice":100},"agreement":{"version":1,"digest":"c2RShToJoy7F451Miq0AKRlvr_sf5A1yoH_ePKYp5Bk","title":"Sketchpad license terms"}}]}',1795312800,NULL);
CREATE TABLE moves (
    vendor_id TEXT NOT NULL,
    move_id TEXT NOT NULL CHECK (move_id GLOB 'mov_*'),
    license_id TEXT NOT NULL,
    pass_id TEXT NOT NULL,
    code_name TEXT NOT NULL CHECK (length(code_name) = 4),
    code_hash TEXT NOT NULL CHECK (length(code_hash) = 43),
    tries INTEGER NOT NULL CHECK (tries >= 0),
    state TEXT NOT NULL CHECK (state IN ('offered', 'redeemed', 'cancelled', 'expired')),
    offered_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > offered_at),
    settled_at INTEGER,
    successor TEXT, product_id TEXT,
    PRIMARY KEY (vendor_id, move_id),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, pass_id) REFERENCES passes,
    FOREIGN KEY (vendor_id, successor) REFERENCES passes,
    CHECK ((state = 'offered') = (settled_at IS NULL)),
    CHECK ((state = 'redeemed') = (successor IS NOT NULL))
) STRICT;
CREATE TABLE orders (
    vendor_id TEXT NOT NULL,
    order_id TEXT NOT NULL CHECK (order_id GLOB 'ord_*'),
    customer_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    menu_version INTEGER NOT NULL,
    agreement_digest TEXT NOT NULL,
    selection TEXT NOT NULL CHECK (json_valid(selection)),
    quote TEXT NOT NULL CHECK (json_valid(quote)),
    total INTEGER NOT NULL CHECK (total >= 0),
    payment TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('awaiting_payment', 'fulfilled', 'cancelled', 'refunded')),
    payment_error TEXT,
    placed_at INTEGER NOT NULL,
    settled_at INTEGER, instructions TEXT, reference TEXT, due_at INTEGER, fulfilled_at INTEGER, currency TEXT AS (quote ->> '$.total.currency') VIRTUAL,
    PRIMARY KEY (vendor_id, order_id),
    FOREIGN KEY (vendor_id, customer_id) REFERENCES customers,
    FOREIGN KEY (vendor_id, product_id, menu_version) REFERENCES menus,
    FOREIGN KEY (vendor_id, agreement_digest) REFERENCES agreements,
    CHECK (payment <> 'free' OR total = 0),
    CHECK ((state = 'awaiting_payment') = (settled_at IS NULL))
) STRICT;
INSERT INTO "orders" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','ord_01m80fpm80f0g9kahgg8hbcnw4','cus_01m80fpm80ewgafx3cg988tqkt','prd_01m80fpm80fdgtpk7m56fka6k4',1,'c2RShToJoy7F451Miq0AKRlvr_sf5A1yoH_ePKYp5Bk','{"offer":"pro","features":["ai.render"],"term":"P1Y","uses":{"ai.render":100},"terminals":3}','{"lines":[{"item":{"kind":"base","offer":"pro"},"price":{"amount":0,"currency":"EUR"}},{"item":{"kind":"term","term":"P1Y"},"price":{"amount":12000,"currency":"EUR"}},{"item":{"kind":"feature","feature":"ai.render"},"price":{"amount":500,"currency":"EUR"}},{"item":{"kind":"uses","feature":"ai.render","limit":100},"price":{"amount":500,"currency":"EUR"}},{"item":{"kind":"terminals","limit":3},"price":{"amount":2000,"currency":"EUR"}}],"total":{"amount":15000,"currency":"EUR"},"digest":"eRVsZmXBBZ_o5Bz-JaFALrcAl04mnOYa6FshqGVVpSQ"}',15000,'test','fulfilled',NULL,1795312800,1795312800,NULL,NULL,NULL,1795312800);
CREATE TABLE passes (
    vendor_id TEXT NOT NULL,
    pass_id TEXT NOT NULL CHECK (pass_id GLOB 'pas_*'),
    license_id TEXT NOT NULL,
    jkt TEXT NOT NULL CHECK (length(jkt) = 43),
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('valid', 'moving', 'suspended', 'invalid')),
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    predecessor TEXT,
    status_list INTEGER NOT NULL,
    status_index INTEGER NOT NULL CHECK (status_index BETWEEN 0 AND 1048575),
    connected_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, reason TEXT
    CHECK (reason IN ('vendor', 'license', 'cloned', 'moved', 'recovered', 'replaced')), ended_at INTEGER, refreshes INTEGER NOT NULL DEFAULT 0 CHECK (refreshes >= 0), refresh_key TEXT, browser TEXT, origin TEXT, kid TEXT, product_id TEXT,
    PRIMARY KEY (vendor_id, pass_id),
    UNIQUE (vendor_id, status_list, status_index),
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses,
    FOREIGN KEY (vendor_id, status_list) REFERENCES status_lists,
    FOREIGN KEY (vendor_id, predecessor) REFERENCES passes
) STRICT;
INSERT INTO "passes" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','pas_01m80fpm80fpw833mx0qc3y06n','lic_01m80fpm80fx6v3yvr30jbwrfd','Nrqg3-M_Xwtx-1tbtc1J7Xul2DyeC0bUSy9u_5NSG6g','Firefox on Linux','valid',0,NULL,1,0,1795312800,1795312800,1795917600,NULL,NULL,0,NULL,'utCxdE7Gpoa5ruLf9GU2Yu2op_q8iOJ3AzUpPjSIzF8',NULL,'Nlo_OF1S7VmhzLStX43CEM4fD1mNyptvcrS8sby4YxQ','prd_01m80fpm80fdgtpk7m56fka6k4');
INSERT INTO "passes" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','pas_01m80fpm80few8h764cxqg8e71','lic_01m80fpm80fx6v3yvr30jbwrfd','_dW8A-GLXVqbPP-vIvMJwYatEeWuGKu-mPxI1ZmIkTs','Firefox on Linux','suspended',0,NULL,1,1,1795312800,1795312800,1795917600,'vendor',NULL,0,NULL,'j-FJz52Woqt1vh4FAFrSDDWvarClV-gZls7owE7eGDI',NULL,'Nlo_OF1S7VmhzLStX43CEM4fD1mNyptvcrS8sby4YxQ','prd_01m80fpm80fdgtpk7m56fka6k4');
CREATE TABLE passkeys (
    account_id TEXT NOT NULL REFERENCES accounts,
    passkey_id TEXT NOT NULL CHECK (passkey_id GLOB 'psk_*'),
    credential_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)), -- the public key and its counter, as webauthn-rs has them
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    PRIMARY KEY (account_id, passkey_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE products (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    product_id TEXT NOT NULL CHECK (product_id GLOB 'prd_*'),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    summary TEXT NOT NULL, app_url TEXT, revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    PRIMARY KEY (vendor_id, product_id),
    UNIQUE (vendor_id, slug)
) STRICT, WITHOUT ROWID;
INSERT INTO "products" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','prd_01m80fpm80fdgtpk7m56fka6k4','sketchpad','Sketchpad','Draw in the browser, with layers, exports and AI rendering.','https://licenses.example.com/demo/',1);
CREATE TABLE proofs (
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32), -- SHA-256 over the key's thumbprint and the proof's jti
    expires_at INTEGER NOT NULL
) STRICT;
INSERT INTO "proofs" VALUES(1,X'8ABA93E4DD699A64AD97091EAC732DB101898C875F3E3D38BCA324F66E3D0761',1795312861);
INSERT INTO "proofs" VALUES(2,X'97EE16781CC16945C3162E207DCD5DFB0478D3BBE5EC2ECA6D89DFEE1A845F46',1795312861);
INSERT INTO "proofs" VALUES(3,X'A4209140A1379BF9479C11DB52A28C8A4A4E1B4569061BACCB3979A2907CC759',1795312861);
CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL REFERENCES accounts,
    code_hash TEXT NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (account_id, code_hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE redemptions (
    vendor_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    code TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    is_once INTEGER NOT NULL CHECK (is_once IN (0, 1)), -- as the coupon says
    redeemed_at INTEGER NOT NULL,
    released_at INTEGER,                                -- since when it is given back
    PRIMARY KEY (vendor_id, order_id),
    FOREIGN KEY (vendor_id, order_id) REFERENCES orders,
    FOREIGN KEY (vendor_id, code) REFERENCES coupons,
    FOREIGN KEY (vendor_id, customer_id) REFERENCES customers
) STRICT, WITHOUT ROWID;
CREATE TABLE reset_requests (
    email_key TEXT NOT NULL PRIMARY KEY,
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT;
INSERT INTO "schema_migrations" VALUES(1,'first','vQTVLLwXI1WkXtj6Ci3Mv3tVyJ06036J433i9u5WSXQ');
INSERT INTO "schema_migrations" VALUES(2,'moves','N1LunmvgMTakoIxeo8ForoNZSK57g22LdjwlWEJkjWY');
INSERT INTO "schema_migrations" VALUES(3,'catalog','bD9AnfO5bIjcjR6JVAYC8izVeRHJLf4V3wicJuJPG3M');
INSERT INTO "schema_migrations" VALUES(4,'support','DxA2oUJ_dSfE4pta3FPQbJiQevb_qbGpan-qjT6P_EQ');
INSERT INTO "schema_migrations" VALUES(5,'team','QEpH6eNmeTzPmhB6lFvjuYPm4OJHxikYYl5bi1C6h8Q');
INSERT INTO "schema_migrations" VALUES(6,'webhooks','orbjbxpQuAGxpzpPB4YtVY6JldGoeFJvCvNaTE3_X-M');
INSERT INTO "schema_migrations" VALUES(7,'sign_in','t3cZPwu2mMG0vDeM7A1Hed5VFdcPb6wuBvvAxOU0CkQ');
INSERT INTO "schema_migrations" VALUES(8,'mail','dSdL3Bi2xDscOKIgFRnu0U86AHyJoS9qUYpZy8OPRrg');
INSERT INTO "schema_migrations" VALUES(9,'figures','4jwpujD241Czb2ypNEWLB_8GdCbz9yHchI6gblzmZRU');
INSERT INTO "schema_migrations" VALUES(10,'coupons','VDmxvdCU_JQhdm8ARuuAFuKdiioHlyhh-tDq08svE68');
INSERT INTO "schema_migrations" VALUES(11,'leases','IPVOtq0sGcc5SNrMfd1-rBKBGY9ijFPEdia6KEvZIZs');
INSERT INTO "schema_migrations" VALUES(12,'sources','3_51rzcXXQ4opHmTj_jExqI6yxDwuQkTcqiU8kcBiG0');
INSERT INTO "schema_migrations" VALUES(13,'settings','gmNuwMMA7Ay7mlHTwH4RJRAp4clQmgUntYDnPPKZdiE');
INSERT INTO "schema_migrations" VALUES(14,'lists','ukw-8B9FTnx_lPPv6psyJ1KxxY4Tkk7yV5I6hHC-5Vk');
INSERT INTO "schema_migrations" VALUES(15,'events','wGC89D_3BOnFU5xTn873HU7pb43fDO4ZtJTjX1_cVyg');
INSERT INTO "schema_migrations" VALUES(16,'signing','-zl5D7fdRMDqvxBXHdbdykpjyY-Pc5ih6Eni3-2yQA0');
CREATE TABLE search_words (
    vendor_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'pass')),
    word TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (vendor_id, kind, word, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "search_words" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','customer','a@example.com','cus_01m80fpm80ewgafx3cg988tqkt');
INSERT INTO "search_words" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','customer','somebody','cus_01m80fpm80ewgafx3cg988tqkt');
INSERT INTO "search_words" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','pass','firefox on linux','pas_01m80fpm80few8h764cxqg8e71');
INSERT INTO "search_words" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','pass','firefox on linux','pas_01m80fpm80fpw833mx0qc3y06n');
CREATE TABLE second_tries (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts,
    wrong INTEGER NOT NULL CHECK (wrong > 0),
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE CHECK (session_id GLOB 'sid_*'),
    account_id TEXT NOT NULL REFERENCES accounts,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    last_used_at INTEGER NOT NULL,
    proved_at INTEGER NOT NULL,
    user_agent TEXT NOT NULL
, source_id TEXT CHECK (source_id GLOB 'src_*')) STRICT, WITHOUT ROWID;
INSERT INTO "sessions" VALUES('JZmjIPI-75wMyMqTnMUfcm9cqOvmJcmnWynLnVG7jz8','sid_01m80fpm80eada8d9v1zbkad5j','acc_01m80fpm80fdxtc2kywa68tnrk',1795312800,1797904800,1795312800,1795312800,'',NULL);
INSERT INTO "sessions" VALUES('kX76PcxXeu3BgiIaCU_U-D2DqW4QcC0ZVdTYU09fBWA','sid_01m80fpm80fgnaeknptad78v4k','acc_01m80fpm80ejw8z0kqsx2k3rda',1795312800,1797904800,1795312800,1795312800,'',NULL);
CREATE TABLE signing_keys (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    kid TEXT NOT NULL CHECK (length(kid) = 43),
    state TEXT NOT NULL CHECK (state IN ('next', 'active', 'retired', 'revoked')),
    public_key BLOB NOT NULL CHECK (length(public_key) = 32),
    sealed_private_key BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    activated_at INTEGER,
    retired_at INTEGER, passes INTEGER NOT NULL DEFAULT 0 CHECK (passes >= 0),
    PRIMARY KEY (vendor_id, kid),
    CHECK (state <> 'active' OR activated_at IS NOT NULL),
    CHECK (state <> 'retired' OR retired_at IS NOT NULL)
) STRICT, WITHOUT ROWID;
INSERT INTO "signing_keys" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','Nlo_OF1S7VmhzLStX43CEM4fD1mNyptvcrS8sby4YxQ','active',X'DB44D7822BB8450E25F0CB2F3A70451BE45BDB962084658A9C09671252F56B00',X'01DBB48537ACB29385F4FA9F02FB8C036D55DF6735A95E964D3FF23E473D0352A1534700EFB2DA2F9E808FE6495517F0CAA96431BC88C05E02047AEF62F559EFD691EDE06A8EB407B6',1795312800,1795312800,NULL,2);
INSERT INTO "signing_keys" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','jzhgki8q6N3UEIjeBYpk0LUWAI1DmGGF3sHwWCg0Ruk','next',X'9CAF1BADBEB01C46DEE07A86632D29FDCE2DF2DABF445CFC268E968C518E5846',X'014AFDC75714712565D3C745BE76E49C8C47D4BE370F21230D9562EA36C4AB5127F29735DD2241A9D870D6AC4145DE4FFD77DAEFF61F23EB0D612921BD0BAB2EC3F2AB76B5EB5BAD83',1795312800,NULL,NULL,0);
CREATE TABLE slices (
    vendor_id TEXT NOT NULL,
    slice_id TEXT NOT NULL CHECK (slice_id GLOB 'sli_*'),
    license_id TEXT NOT NULL,
    pass_id TEXT NOT NULL,
    feature TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 1),
    granted_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    spent INTEGER CHECK (spent BETWEEN 0 AND count),
    settled_at INTEGER,
    PRIMARY KEY (vendor_id, slice_id),
    FOREIGN KEY (vendor_id, license_id, feature) REFERENCES license_features,
    FOREIGN KEY (vendor_id, pass_id) REFERENCES passes,
    CHECK ((spent IS NULL) = (settled_at IS NULL))
) STRICT;
CREATE TABLE source_flows (
    state_hash TEXT NOT NULL PRIMARY KEY,
    browser_hash TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    next TEXT NOT NULL,
    account_id TEXT REFERENCES accounts, -- who wants to link; null: who wants to sign in
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (vendor_id, source_id) REFERENCES sources
) STRICT, WITHOUT ROWID;
CREATE TABLE source_grants (
    vendor_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    rule_id TEXT NOT NULL CHECK (rule_id GLOB 'rul_*'),
    license_id TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    gone_at INTEGER,              -- while the license is suspended because the claim is gone
    PRIMARY KEY (vendor_id, source_id, subject, rule_id),
    UNIQUE (vendor_id, license_id),
    FOREIGN KEY (vendor_id, source_id) REFERENCES sources,
    FOREIGN KEY (vendor_id, license_id) REFERENCES licenses
) STRICT, WITHOUT ROWID;
CREATE TABLE sources (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    source_id TEXT NOT NULL CHECK (source_id GLOB 'src_*'),
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    sealed_secret BLOB,           -- null: a public client
    scopes TEXT NOT NULL CHECK (json_valid(scopes)),
    rules TEXT NOT NULL CHECK (json_valid(rules)),
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'removed')),
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    PRIMARY KEY (vendor_id, source_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE status_lists (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    list INTEGER NOT NULL CHECK (list >= 1),
    size INTEGER NOT NULL CHECK (size BETWEEN 0 AND 1048576),
    version INTEGER NOT NULL CHECK (version >= 0), moving INTEGER NOT NULL DEFAULT 0 CHECK (moving >= 0), suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended >= 0), invalid INTEGER NOT NULL DEFAULT 0 CHECK (invalid >= 0),
    PRIMARY KEY (vendor_id, list)
) STRICT, WITHOUT ROWID;
INSERT INTO "status_lists" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt',1,2,1,0,1,0);
CREATE TABLE tokens (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    token_id TEXT NOT NULL CHECK (token_id GLOB 'tok_*'),
    secret_hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    hint TEXT NOT NULL,
    created_by TEXT NOT NULL, -- an account or an API token
    created_at INTEGER NOT NULL,
    expires_at INTEGER CHECK (expires_at > created_at),
    last_used_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (vendor_id, token_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE totps (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts,
    sealed_secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    last_step INTEGER NOT NULL CHECK (last_step >= 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE vendors (
    vendor_id TEXT NOT NULL PRIMARY KEY CHECK (vendor_id GLOB 'ven_*'),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
, support_email TEXT, website TEXT, revision INTEGER NOT NULL DEFAULT 1, accent TEXT CHECK (length(accent) = 7 AND accent GLOB '#*'), tax TEXT CHECK (json_valid(tax)), invoice_instructions TEXT, invoice_days INTEGER CHECK (invoice_days BETWEEN 1 AND 90)) STRICT, WITHOUT ROWID;
INSERT INTO "vendors" VALUES('ven_01m80fpm80ecnb5nx94yrrc1vt','acme','Acme Studio',1795312800,NULL,NULL,1,NULL,NULL,NULL,NULL);
CREATE TABLE webhooks (
    vendor_id TEXT NOT NULL REFERENCES vendors,
    webhook_id TEXT NOT NULL CHECK (webhook_id GLOB 'whk_*'),
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    kinds TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
    sealed_keys BLOB NOT NULL,
    public_key TEXT NOT NULL,
    old_keys_end_at INTEGER, -- while a replaced secret still signs
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    told INTEGER NOT NULL CHECK (told >= 0),       -- the number of the last event that was told, or passed over
    attempts INTEGER NOT NULL CHECK (attempts >= 0), -- at the event after it
    failing_since INTEGER,
    next_attempt_at INTEGER NOT NULL,
    PRIMARY KEY (vendor_id, webhook_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX signing_keys_active ON signing_keys (vendor_id) WHERE state = 'active';
CREATE INDEX app_origins_product ON app_origins (vendor_id, product_id);
CREATE UNIQUE INDEX licenses_trial ON licenses (vendor_id, customer_id, product_id) WHERE trial = 1;
CREATE UNIQUE INDEX passes_live ON passes (vendor_id, license_id, jkt) WHERE status <> 'invalid';
CREATE UNIQUE INDEX passes_successor ON passes (vendor_id, predecessor) WHERE predecessor IS NOT NULL;
CREATE INDEX passes_not_valid ON passes (vendor_id, status_list, status_index, status) WHERE status <> 'valid';
CREATE INDEX passes_recovered ON passes (vendor_id, license_id, ended_at) WHERE reason = 'recovered';
CREATE UNIQUE INDEX moves_open ON moves (vendor_id, pass_id) WHERE state = 'offered';
CREATE UNIQUE INDEX moves_code ON moves (code_name) WHERE state = 'offered';
CREATE UNIQUE INDEX moves_successor ON moves (vendor_id, successor) WHERE successor IS NOT NULL;
CREATE INDEX moves_named ON moves (code_name, offered_at);
CREATE INDEX moves_due ON moves (expires_at) WHERE state = 'offered';
CREATE INDEX moves_license ON moves (vendor_id, license_id, state, settled_at);
CREATE UNIQUE INDEX slices_open ON slices (vendor_id, pass_id, feature) WHERE settled_at IS NULL;
CREATE INDEX slices_license ON slices (vendor_id, license_id) WHERE settled_at IS NULL;
CREATE UNIQUE INDEX agreements_version ON agreements (vendor_id, title, version DESC);
CREATE UNIQUE INDEX licenses_customer ON licenses (vendor_id, customer_id, license_id);
CREATE INDEX licenses_granted ON licenses (vendor_id, product_id, state, trial, granted_at, license_id);
CREATE INDEX licenses_offer ON licenses (vendor_id, product_id, offer, state, trial, granted_at, license_id);
CREATE INDEX licenses_end ON licenses (vendor_id, product_id, state, trial, end_or_never, license_id);
CREATE UNIQUE INDEX orders_customer ON orders (vendor_id, customer_id, order_id);
CREATE INDEX orders_placed ON orders (vendor_id, product_id, state, placed_at, order_id);
CREATE INDEX customers_created ON customers (vendor_id, created_at, customer_id);
CREATE UNIQUE INDEX passes_license ON passes (vendor_id, license_id, pass_id);
CREATE INDEX passes_connected ON passes (vendor_id, product_id, status, reason, connected_at, pass_id);
CREATE INDEX passes_seen ON passes (vendor_id, last_seen_at, pass_id);
CREATE UNIQUE INDEX moves_of_license ON moves (vendor_id, license_id, move_id);
CREATE INDEX moves_offered ON moves (vendor_id, product_id, state, offered_at, move_id);
CREATE INDEX search_words_id ON search_words (vendor_id, id, word);
CREATE INDEX events_at ON events (vendor_id, at, number);
CREATE INDEX events_subject ON events (vendor_id, subject, at, number);
CREATE INDEX events_kind ON events (vendor_id, kind, at, number) WHERE kind <> 'use.counted';
CREATE INDEX events_actor ON events (vendor_id, actor, at, number) WHERE substr(actor, 1, 4) <> 'pas_';
CREATE INDEX members_account ON members (account_id);
CREATE INDEX invitations_open ON invitations (vendor_id, invitation_id) WHERE state = 'open';
CREATE INDEX webhooks_due ON webhooks (next_attempt_at) WHERE state = 'active';
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX challenges_expiry ON challenges (expires_at);
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE state = 'queued';
CREATE INDEX mails_over ON mails (over_at) WHERE sealed IS NOT NULL;
CREATE INDEX mails_vendor ON mails (vendor_id, mail_id);
CREATE INDEX mails_state ON mails (vendor_id, state, mail_id);
CREATE INDEX mails_kind ON mails (vendor_id, kind, mail_id);
CREATE INDEX mail_links_account ON mail_links (account_id, purpose, created_at);
CREATE INDEX mail_links_expiry ON mail_links (expires_at);
CREATE INDEX licenses_expiring ON licenses (max(ends_at - 604800, (starts_at + ends_at) / 2))
WHERE state = 'active' AND ends_at IS NOT NULL AND told_end IS NOT ends_at;
CREATE INDEX coupons_created ON coupons (vendor_id, created_at, code);
CREATE INDEX coupons_product ON coupons (vendor_id, product_id) WHERE product_id IS NOT NULL;
CREATE INDEX redemptions_coupon ON redemptions (vendor_id, code);
CREATE INDEX redemptions_customer ON redemptions (vendor_id, customer_id);
CREATE UNIQUE INDEX redemptions_once ON redemptions (vendor_id, code, customer_id) WHERE is_once = 1 AND released_at IS NULL;
CREATE INDEX identifiers_license ON identifiers (vendor_id, license_id, identifier_id) WHERE ended_at IS NULL;
CREATE INDEX leases_open ON leases (vendor_id, license_id, expires_at) WHERE state = 'open';
CREATE INDEX leases_due ON leases (expires_at) WHERE state = 'open';
CREATE TRIGGER menus_have_no_gaps BEFORE INSERT ON menus
WHEN NEW.version > 1 AND NOT EXISTS (
    SELECT 1 FROM menus
    WHERE vendor_id = NEW.vendor_id AND product_id = NEW.product_id AND version = NEW.version - 1
)
BEGIN SELECT RAISE(ABORT, 'a menu''s version must be the newest plus one'); END;
CREATE TRIGGER menus_are_not_updated BEFORE UPDATE ON menus
BEGIN SELECT RAISE(ABORT, 'a published menu cannot be changed'); END;
CREATE TRIGGER menus_are_not_deleted BEFORE DELETE ON menus
BEGIN SELECT RAISE(ABORT, 'a published menu cannot be deleted'); END;
CREATE TRIGGER agreements_are_not_updated BEFORE UPDATE ON agreements
BEGIN SELECT RAISE(ABORT, 'an agreement cannot be changed'); END;
CREATE TRIGGER agreements_are_not_deleted BEFORE DELETE ON agreements
BEGIN SELECT RAISE(ABORT, 'an agreement cannot be deleted'); END;
CREATE TRIGGER orders_go_forward BEFORE UPDATE OF state ON orders
WHEN OLD.state <> NEW.state
    AND (OLD.state, NEW.state) NOT IN (VALUES
        ('awaiting_payment', 'fulfilled'), ('awaiting_payment', 'cancelled'), ('fulfilled', 'refunded'))
BEGIN SELECT RAISE(ABORT, 'a settled order cannot go back'); END;
CREATE TRIGGER licenses_go_forward BEFORE UPDATE OF state, epoch ON licenses
WHEN NEW.epoch < OLD.epoch OR (OLD.state = 'revoked' AND NEW.state <> 'revoked')
BEGIN SELECT RAISE(ABORT, 'an epoch cannot shrink and a revoked license cannot come back'); END;
CREATE TRIGGER passes_keep_to_the_devices BEFORE INSERT ON passes
WHEN NEW.status <> 'invalid' AND (
    SELECT count(*) FROM passes
    WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id AND status <> 'invalid'
) >= (SELECT terminals FROM licenses WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id)
BEGIN SELECT RAISE(ABORT, 'every device of the license has its pass'); END;
CREATE TRIGGER licenses_keep_their_devices BEFORE UPDATE OF terminals ON licenses
WHEN (
    SELECT count(*) FROM passes
    WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id AND status <> 'invalid'
) > NEW.terminals
BEGIN SELECT RAISE(ABORT, 'more devices have a pass than the license would allow'); END;
CREATE TRIGGER passes_succeed_in_order BEFORE INSERT ON passes
WHEN NEW.predecessor IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM passes
    WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.predecessor AND license_id = NEW.license_id AND status = 'invalid'
)
BEGIN SELECT RAISE(ABORT, 'a successor follows an invalid pass of its own license'); END;
CREATE TRIGGER passes_stay_invalid BEFORE UPDATE OF status ON passes
WHEN OLD.status = 'invalid' AND NEW.status <> 'invalid'
BEGIN SELECT RAISE(ABORT, 'an invalid pass stays invalid'); END;
CREATE TRIGGER passes_keep_what_was_signed BEFORE UPDATE OF
    vendor_id, pass_id, license_id, jkt, epoch, predecessor, status_list, status_index ON passes
BEGIN SELECT RAISE(ABORT, 'what a pass is bound to cannot be changed'); END;
CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'an event cannot be changed'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'an event cannot be deleted'); END;
CREATE TRIGGER passes_refresh_forward BEFORE UPDATE OF refreshes ON passes
WHEN NEW.refreshes < OLD.refreshes
BEGIN SELECT RAISE(ABORT, 'a pass''s refreshes are counted up'); END;
CREATE TRIGGER moves_take_a_moving_pass BEFORE INSERT ON moves
WHEN NEW.state = 'offered' AND NOT EXISTS (
    SELECT 1 FROM passes
    WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.pass_id AND license_id = NEW.license_id AND status = 'moving'
)
BEGIN SELECT RAISE(ABORT, 'only a pass that is moving is offered'); END;
CREATE TRIGGER moves_end_once BEFORE UPDATE OF state, successor ON moves
WHEN OLD.state <> 'offered' AND (NEW.state <> OLD.state OR NEW.successor IS NOT OLD.successor)
BEGIN SELECT RAISE(ABORT, 'a move ends once'); END;
CREATE TRIGGER moves_have_their_successor BEFORE UPDATE OF state ON moves
WHEN NEW.state = 'redeemed' AND NOT EXISTS (
    SELECT 1 FROM passes
    WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.successor AND predecessor = NEW.pass_id
)
BEGIN SELECT RAISE(ABORT, 'a move''s successor follows the pass that was moved'); END;
CREATE TRIGGER moves_keep_what_was_signed BEFORE UPDATE OF
    vendor_id, move_id, license_id, pass_id, code_name, code_hash, offered_at, expires_at ON moves
BEGIN SELECT RAISE(ABORT, 'what was offered cannot be changed'); END;
CREATE TRIGGER passes_wait_for_their_move BEFORE UPDATE OF status ON passes
WHEN OLD.status = 'moving' AND NEW.status IN ('valid', 'suspended') AND EXISTS (
    SELECT 1 FROM moves WHERE vendor_id = NEW.vendor_id AND pass_id = NEW.pass_id AND state = 'offered'
)
BEGIN SELECT RAISE(ABORT, 'a pass whose move is open cannot be used'); END;
CREATE TRIGGER slices_settle_once BEFORE UPDATE ON slices
WHEN OLD.settled_at IS NOT NULL OR NEW.vendor_id <> OLD.vendor_id OR NEW.slice_id <> OLD.slice_id
    OR NEW.license_id <> OLD.license_id OR NEW.pass_id <> OLD.pass_id OR NEW.feature <> OLD.feature
    OR NEW.count <> OLD.count OR NEW.ends_at <> OLD.ends_at
BEGIN SELECT RAISE(ABORT, 'a slice is settled once and otherwise stays as it was granted'); END;
CREATE TRIGGER drafts_count_up BEFORE UPDATE ON drafts
WHEN NEW.revision <> OLD.revision + 1
BEGIN SELECT RAISE(ABORT, 'a draft''s revision is counted up by one'); END;
CREATE TRIGGER orders_are_counted AFTER INSERT ON orders
BEGIN
    INSERT INTO menu_orders (vendor_id, product_id, version, orders)
    VALUES (NEW.vendor_id, NEW.product_id, NEW.menu_version, 1)
    ON CONFLICT DO UPDATE SET orders = orders + 1;
END;
CREATE TRIGGER menus_name_agreements AFTER INSERT ON menus
BEGIN
    INSERT INTO menu_agreements (vendor_id, digest, product_id, version)
    SELECT DISTINCT NEW.vendor_id, o.value ->> '$.agreement.digest', NEW.product_id, NEW.version
    FROM json_each(NEW.content, '$.offers') o;
END;
CREATE TRIGGER passes_count_for_their_key AFTER UPDATE OF kid ON passes
WHEN NEW.kid IS NOT OLD.kid AND NEW.status <> 'invalid'
BEGIN
    UPDATE signing_keys SET passes = passes - 1 WHERE vendor_id = NEW.vendor_id AND kid = OLD.kid;
    UPDATE signing_keys SET passes = passes + 1 WHERE vendor_id = NEW.vendor_id AND kid = NEW.kid;
END;
CREATE TRIGGER passes_that_end_count_no_more AFTER UPDATE OF status ON passes
WHEN NEW.status = 'invalid' AND OLD.status <> 'invalid'
BEGIN
    UPDATE signing_keys SET passes = passes - 1 WHERE vendor_id = NEW.vendor_id AND kid = NEW.kid;
END;
CREATE TRIGGER licenses_count_up_their_revision BEFORE UPDATE OF revision ON licenses
WHEN NEW.revision < OLD.revision
BEGIN SELECT RAISE(ABORT, 'a license''s revision is counted up'); END;
CREATE TRIGGER members_keep_an_owner BEFORE UPDATE OF role ON members
WHEN OLD.role = 'owner' AND NEW.role <> 'owner' AND NOT EXISTS (
    SELECT 1 FROM members WHERE vendor_id = OLD.vendor_id AND role = 'owner' AND account_id <> OLD.account_id
)
BEGIN SELECT RAISE(ABORT, 'a team keeps an owner'); END;
CREATE TRIGGER members_keep_their_owner BEFORE DELETE ON members
WHEN OLD.role = 'owner' AND NOT EXISTS (
    SELECT 1 FROM members WHERE vendor_id = OLD.vendor_id AND role = 'owner' AND account_id <> OLD.account_id
)
BEGIN SELECT RAISE(ABORT, 'a team keeps an owner'); END;
CREATE TRIGGER invitations_end_once BEFORE UPDATE ON invitations
WHEN OLD.state <> 'open' OR NEW.secret_hash <> OLD.secret_hash OR NEW.role <> OLD.role OR NEW.expires_at <> OLD.expires_at
BEGIN SELECT RAISE(ABORT, 'an invitation ends once and otherwise stays as it was made'); END;
CREATE TRIGGER tokens_stay_revoked BEFORE UPDATE ON tokens
WHEN OLD.revoked_at IS NOT NULL OR NEW.secret_hash <> OLD.secret_hash OR NEW.scopes <> OLD.scopes
    OR NEW.expires_at IS NOT OLD.expires_at
BEGIN SELECT RAISE(ABORT, 'a revoked token stays revoked, and what a token may do stays as it was made'); END;
CREATE TRIGGER webhooks_go_on BEFORE UPDATE OF told ON webhooks
WHEN NEW.told < OLD.told
BEGIN SELECT RAISE(ABORT, 'a webhook is told in order'); END;
CREATE TRIGGER totps_go_forward BEFORE UPDATE ON totps
WHEN NEW.last_step <= OLD.last_step OR NEW.sealed_secret <> OLD.sealed_secret
BEGIN SELECT RAISE(ABORT, 'a code counts once'); END;
CREATE TRIGGER recovery_codes_are_used_once BEFORE UPDATE ON recovery_codes
WHEN OLD.used_at IS NOT NULL OR NEW.code_hash <> OLD.code_hash
BEGIN SELECT RAISE(ABORT, 'a recovery code counts once'); END;
CREATE TRIGGER mail_cursors_go_on BEFORE UPDATE ON mail_cursors
WHEN NEW.told <= OLD.told
BEGIN SELECT RAISE(ABORT, 'mail is written in order'); END;
CREATE TRIGGER figures_go_on BEFORE UPDATE OF counted ON figures_counted
WHEN NEW.counted <= OLD.counted
BEGIN SELECT RAISE(ABORT, 'an event is counted once'); END;
CREATE TRIGGER passes_count_up_their_list AFTER UPDATE OF status ON passes
WHEN OLD.status <> NEW.status
BEGIN
    UPDATE status_lists SET
        version = version + 1,
        moving = moving + (NEW.status = 'moving') - (OLD.status = 'moving'),
        suspended = suspended + (NEW.status = 'suspended') - (OLD.status = 'suspended'),
        invalid = invalid + (NEW.status = 'invalid') - (OLD.status = 'invalid')
    WHERE vendor_id = NEW.vendor_id AND list = NEW.status_list;
END;
CREATE TRIGGER new_passes_count_up_their_list AFTER INSERT ON passes
WHEN NEW.status <> 'valid'
BEGIN
    UPDATE status_lists SET
        version = version + 1,
        moving = moving + (NEW.status = 'moving'),
        suspended = suspended + (NEW.status = 'suspended'),
        invalid = invalid + (NEW.status = 'invalid')
    WHERE vendor_id = NEW.vendor_id AND list = NEW.status_list;
END;
CREATE TRIGGER coupons_keep_their_terms BEFORE UPDATE OF
    vendor_id, code, percent_off, amount_off, currency, product_id, offers, once_per_customer, created_at ON coupons
BEGIN SELECT RAISE(ABORT, 'what a coupon takes off cannot be changed'); END;
CREATE TRIGGER redemptions_count_up AFTER INSERT ON redemptions WHEN NEW.released_at IS NULL
BEGIN UPDATE coupons SET redeemed = redeemed + 1 WHERE vendor_id = NEW.vendor_id AND code = NEW.code; END;
CREATE TRIGGER redemptions_count_down AFTER UPDATE OF released_at ON redemptions
WHEN OLD.released_at IS NULL AND NEW.released_at IS NOT NULL
BEGIN UPDATE coupons SET redeemed = redeemed - 1 WHERE vendor_id = NEW.vendor_id AND code = NEW.code; END;
CREATE TRIGGER redemptions_are_given_back_once BEFORE UPDATE ON redemptions WHEN OLD.released_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a redemption is given back once'); END;
CREATE TRIGGER redemptions_are_not_deleted BEFORE DELETE ON redemptions
BEGIN SELECT RAISE(ABORT, 'a redemption cannot be deleted'); END;
CREATE TRIGGER identifiers_end_once BEFORE UPDATE ON identifiers WHEN OLD.ended_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an identifier that has ended stays so'); END;
CREATE TRIGGER identifiers_keep_what_they_name BEFORE UPDATE OF
    vendor_id, identifier_id, license_id, secret_hash, service, expires_at, uses_limit ON identifiers
BEGIN SELECT RAISE(ABORT, 'what an identifier names cannot be changed'); END;
CREATE TRIGGER identifiers_are_used_up BEFORE UPDATE OF uses_left ON identifiers WHEN NEW.uses_left > OLD.uses_left
BEGIN SELECT RAISE(ABORT, 'an identifier''s uses do not come back'); END;
CREATE TRIGGER leases_take_a_seat AFTER INSERT ON leases WHEN NEW.state = 'open'
BEGIN
    UPDATE licenses SET seats_taken = seats_taken + 1 WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id;
END;
CREATE TRIGGER leases_free_their_seat AFTER UPDATE OF state ON leases WHEN OLD.state = 'open' AND NEW.state <> 'open'
BEGIN
    UPDATE licenses SET seats_taken = seats_taken - 1 WHERE vendor_id = NEW.vendor_id AND license_id = NEW.license_id;
END;
CREATE TRIGGER leases_are_not_shortened BEFORE UPDATE OF expires_at ON leases WHEN NEW.expires_at < OLD.expires_at
BEGIN SELECT RAISE(ABORT, 'a lease is not shortened'); END;
CREATE TRIGGER leases_keep_what_was_signed BEFORE UPDATE OF
    vendor_id, lease_id, license_id, identifier_id, token_id, feature, count, holder, checked_out_at ON leases
BEGIN SELECT RAISE(ABORT, 'what was checked out cannot be changed'); END;
CREATE TRIGGER leases_are_not_deleted BEFORE DELETE ON leases
BEGIN SELECT RAISE(ABORT, 'a lease cannot be deleted'); END;
CREATE TRIGGER sources_stay_removed BEFORE UPDATE ON sources WHEN OLD.state = 'removed'
BEGIN SELECT RAISE(ABORT, 'a removed source does not come back'); END;
CREATE TRIGGER sources_keep_whom_they_name BEFORE UPDATE OF vendor_id, source_id, issuer ON sources
WHEN NEW.vendor_id <> OLD.vendor_id OR NEW.source_id <> OLD.source_id OR NEW.issuer <> OLD.issuer
BEGIN SELECT RAISE(ABORT, 'who is known by a source is known by its issuer'); END;
CREATE TRIGGER sources_are_not_deleted BEFORE DELETE ON sources
BEGIN SELECT RAISE(ABORT, 'what a source granted refers to it'); END;
CREATE TRIGGER accounts_stay_whose_they_are BEFORE UPDATE OF vendor_id ON accounts WHEN NEW.vendor_id IS NOT OLD.vendor_id
BEGIN SELECT RAISE(ABORT, 'whose an account is cannot be changed'); END;
CREATE TRIGGER customers_of_sources BEFORE INSERT ON customers
WHEN EXISTS (SELECT 1 FROM accounts WHERE account_id = NEW.account_id AND vendor_id <> NEW.vendor_id)
BEGIN SELECT RAISE(ABORT, 'an account that a vendor''s source made is for that vendor only'); END;
CREATE TRIGGER customers_stay_whose_they_are BEFORE UPDATE OF account_id ON customers WHEN NEW.account_id <> OLD.account_id
BEGIN SELECT RAISE(ABORT, 'whose a customer is cannot be changed'); END;
CREATE TRIGGER members_are_no_sources BEFORE INSERT ON members
WHEN EXISTS (SELECT 1 FROM accounts WHERE account_id = NEW.account_id AND vendor_id IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'an account that a source made is in no team'); END;
CREATE TRIGGER identities_stay_whose_they_are BEFORE UPDATE OF vendor_id, source_id, subject, account_id ON identities
BEGIN SELECT RAISE(ABORT, 'whose an identity is cannot be changed'); END;
CREATE TRIGGER source_grants_keep_what_was_granted BEFORE UPDATE OF
    vendor_id, source_id, subject, rule_id, license_id, granted_at ON source_grants
BEGIN SELECT RAISE(ABORT, 'what a source granted cannot be changed'); END;
CREATE TRIGGER source_grants_are_not_deleted BEFORE DELETE ON source_grants
BEGIN SELECT RAISE(ABORT, 'what a source granted stays granted'); END;
CREATE INDEX source_flows_expiry ON source_flows (expires_at);
CREATE INDEX sessions_source ON sessions (source_id) WHERE source_id IS NOT NULL;
CREATE UNIQUE INDEX orders_reference ON orders (vendor_id, reference) WHERE reference IS NOT NULL;
CREATE INDEX orders_due ON orders (due_at) WHERE state = 'awaiting_payment' AND due_at IS NOT NULL;
CREATE TRIGGER orders_keep_their_invoice BEFORE UPDATE OF instructions, reference, due_at ON orders
BEGIN SELECT RAISE(ABORT, 'what a customer was told to pay cannot be changed'); END;
CREATE TRIGGER mails_are_sent_once BEFORE UPDATE ON mails
WHEN NEW.recipient <> OLD.recipient OR NEW.subject <> OLD.subject OR (NEW.text IS NOT NULL AND NEW.text IS NOT OLD.text)
    OR (NEW.text IS NULL AND OLD.text IS NOT NULL AND OLD.state = 'queued')
    OR (OLD.state = 'sent' AND (NEW.state <> 'sent' OR NEW.sent_at <> OLD.sent_at OR NEW.attempts <> OLD.attempts))
BEGIN SELECT RAISE(ABORT, 'a mail stays what it was'); END;
CREATE INDEX mails_kept ON mails (created_at) WHERE text IS NOT NULL AND state <> 'queued';
CREATE INDEX mails_queued_about ON mails (vendor_id, about) WHERE state = 'queued';
CREATE INDEX orders_fulfilled ON orders (vendor_id, product_id, state, fulfilled_at, order_id, currency);
CREATE TRIGGER orders_are_fulfilled_once BEFORE UPDATE OF fulfilled_at ON orders
WHEN OLD.fulfilled_at IS NOT NULL AND NEW.fulfilled_at IS NOT OLD.fulfilled_at
BEGIN SELECT RAISE(ABORT, 'an order is fulfilled once'); END;
CREATE TRIGGER leases_end_once BEFORE UPDATE ON leases WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'a lease ends once'); END;
CREATE INDEX leases_checked_out ON leases (vendor_id, product_id, state, checked_out_at, lease_id);
CREATE INDEX leases_service ON leases (vendor_id, product_id, token_id, state, checked_out_at, lease_id);
CREATE UNIQUE INDEX leases_license ON leases (vendor_id, license_id, lease_id);
CREATE UNIQUE INDEX leases_holder ON leases (vendor_id, holder_key, lease_id);
CREATE INDEX events_counted_on_issue ON events (vendor_id, at, number)
WHERE kind = 'pass.issued' AND body ->> '$.counted[0].feature' IS NOT NULL;
CREATE INDEX events_counted_of_license ON events (vendor_id, coalesce(body ->> '$.license_id', subject), at, number)
WHERE kind = 'pass.issued' AND body ->> '$.counted[0].feature' IS NOT NULL;
CREATE INDEX events_mailed ON events (vendor_id, number)
WHERE (kind = 'order.fulfilled' OR kind = 'order.invoiced' OR kind = 'license.expiring' OR kind = 'pass.move.redeemed'
        OR kind = 'license.suspended' OR kind = 'license.reinstated' OR kind = 'license.revoked');
CREATE INDEX events_counted ON events (vendor_id, body ->> '$.feature', at, number)
WHERE (kind = 'use.counted' OR kind = 'slice.settled' OR kind = 'lease.returned' OR kind = 'lease.expired'
        OR kind = 'lease.ended');
CREATE INDEX events_told ON events (vendor_id, coalesce(body ->> '$.license_id', subject), number)
WHERE (kind = 'license.suspended' OR kind = 'license.reinstated' OR kind = 'license.revoked' OR kind = 'license.extended'
        OR kind = 'license.uses_added' OR kind = 'license.moves_allowed' OR kind = 'pass.suspended'
        OR kind = 'pass.reinstated' OR kind = 'pass.revoked' OR kind = 'lease.ended' OR kind = 'identifier.ended')
    AND body ->> '$.with' IS NULL AND (kind NOT IN ('lease.ended', 'identifier.ended') OR body ->> '$.reason' IS NOT NULL);
CREATE TRIGGER new_passes_count_for_their_key AFTER INSERT ON passes
WHEN NEW.kid IS NOT NULL AND NEW.status <> 'invalid'
BEGIN
    UPDATE signing_keys SET passes = passes + 1 WHERE vendor_id = NEW.vendor_id AND kid = NEW.kid;
END;
COMMIT;
