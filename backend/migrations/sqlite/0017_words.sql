-- What a column may say, in equations in place of a list: of a list of more than two words SQLite makes a table, each time
-- that a row is written. The checks mean what they meant, so nothing is looked at again.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'status IN (''valid'', ''moving'', ''suspended'', ''invalid'')',
    'status = ''valid'' OR status = ''moving'' OR status = ''suspended'' OR status = ''invalid''')
WHERE type = 'table' AND name = 'passes';
UPDATE sqlite_schema SET sql = replace(sql, 'reason IN (''vendor'', ''license'', ''cloned'', ''moved'', ''recovered'', ''replaced'')',
    'reason = ''vendor'' OR reason = ''license'' OR reason = ''cloned'' OR reason = ''moved'' OR reason = ''recovered'' OR reason = ''replaced''')
WHERE type = 'table' AND name = 'passes';
UPDATE sqlite_schema SET sql = replace(sql, 'state IN (''offered'', ''redeemed'', ''cancelled'', ''expired'')',
    'state = ''offered'' OR state = ''redeemed'' OR state = ''cancelled'' OR state = ''expired''')
WHERE type = 'table' AND name = 'moves';
UPDATE sqlite_schema SET sql = replace(sql, 'state IN (''open'', ''returned'', ''expired'', ''ended'')',
    'state = ''open'' OR state = ''returned'' OR state = ''expired'' OR state = ''ended''')
WHERE type = 'table' AND name = 'leases';
UPDATE sqlite_schema SET sql = replace(sql, 'counting IN (''on_issue'', ''on_checkout'', ''on_use'')',
    'counting = ''on_issue'' OR counting = ''on_checkout'' OR counting = ''on_use''')
WHERE type = 'table' AND name = 'license_features';
UPDATE sqlite_schema SET sql = replace(sql, 'state IN (''active'', ''suspended'', ''revoked'')',
    'state = ''active'' OR state = ''suspended'' OR state = ''revoked''')
WHERE type = 'table' AND name = 'licenses';
UPDATE sqlite_schema SET sql = replace(sql, 'term IN (''fixed'', ''perpetual'', ''first_use'')',
    'term = ''fixed'' OR term = ''perpetual'' OR term = ''first_use''')
WHERE type = 'table' AND name = 'licenses';
UPDATE sqlite_schema SET sql = replace(sql, 'state IN (''awaiting_payment'', ''fulfilled'', ''cancelled'', ''refunded'')',
    'state = ''awaiting_payment'' OR state = ''fulfilled'' OR state = ''cancelled'' OR state = ''refunded''')
WHERE type = 'table' AND name = 'orders';
PRAGMA writable_schema = RESET;
