-- $1 the office's code, $2 the first day, $3 the last. Days and months are those of the session's zone.
WITH
  subtree AS MATERIALIZED (
    SELECT o.id, o.code, o.name FROM offices top JOIN offices o ON starts_with(o.path, top.path) WHERE top.code = $1
  ),
  period AS MATERIALIZED (
    SELECT
      $2::text::date::timestamptz AS start,
      ($3::text::date + 1)::timestamptz AS end,
      least(($3::text::date + 1)::timestamptz - interval '1 second', now()) AS close
  ),
  opened AS MATERIALIZED (
    SELECT office_id, to_char(opened_at, 'YYYY-MM') AS month, count(*) AS cases, count(*) FILTER (WHERE EXISTS (
      SELECT FROM assessments a WHERE a.case_id = c.id AND a.status = 'CONFIRMED'
    )) AS assessed
    FROM cases c, period
    WHERE office_id IN (SELECT id FROM subtree) AND opened_at >= period.start AND opened_at < period.end
    GROUP BY office_id, month
  ),
  issued AS MATERIALIZED (
    SELECT office_id, case_id, level_id, severity, to_char(issued_at, 'YYYY-MM') AS month
    FROM warnings, period
    WHERE office_id IN (SELECT id FROM subtree) AND issued_at >= period.start AND issued_at < period.end
  ),
  resolved AS MATERIALIZED (
    SELECT to_char(resolved_at, 'YYYY-MM') AS month, count(*) AS resolved
    FROM warnings, period
    WHERE office_id IN (SELECT id FROM subtree) AND resolved_at >= period.start AND resolved_at < period.end
    GROUP BY month
  ),
  overdue AS MATERIALIZED (
    SELECT office_id, count(*) AS overdue
    FROM warnings w, period
    WHERE office_id IN (SELECT id FROM subtree) AND EXISTS (
      SELECT FROM deadlines d
      WHERE d.warning_id = w.id AND d.due_at <= period.close
        AND (d.status = 'OPEN' OR coalesce(d.met_at, w.resolved_at) > period.close)
    )
    GROUP BY office_id
  ),
  by_level AS (
    SELECT level_id, severity, count(*) AS warnings, count(DISTINCT case_id) AS cases FROM issued GROUP BY level_id, severity
  ),
  by_office AS (
    SELECT office_id, sum(cases) AS cases, sum(warnings) AS warnings, sum(overdue) AS overdue
    FROM (
      SELECT office_id, cases, 0 AS warnings, 0 AS overdue FROM opened
      UNION ALL SELECT office_id, 0, count(*), 0 FROM issued GROUP BY office_id
      UNION ALL SELECT office_id, 0, 0, overdue FROM overdue
    ) counted
    GROUP BY office_id
  ),
  by_month AS (
    SELECT month, sum(cases) AS cases, sum(warnings) AS warnings, sum(resolved) AS resolved
    FROM (
      SELECT month, cases, 0 AS warnings, 0 AS resolved FROM opened
      UNION ALL SELECT month, 0, count(*), 0 FROM issued GROUP BY month
      UNION ALL SELECT month, 0, 0, resolved FROM resolved
    ) counted
    GROUP BY month
  )
SELECT json_build_object('data', json_build_object('statistics', json_build_object(
  'cases', (SELECT coalesce(sum(cases), 0) FROM opened),
  'assessed', (SELECT coalesce(sum(assessed), 0) FROM opened),
  'warnings', (SELECT count(*) FROM issued),
  'warnedCases', (SELECT count(DISTINCT case_id) FROM issued),
  'resolved', (SELECT coalesce(sum(resolved), 0) FROM resolved),
  'overdue', (SELECT coalesce(sum(overdue), 0) FROM overdue),
  'byLevel', (
    SELECT coalesce(json_agg(json_build_object(
      'warnings', b.warnings,
      'warnedCases', b.cases,
      'level', CASE WHEN l.id IS NOT NULL THEN json_build_object('code', l.code, 'label', l.label ->> 'zh') END
    ) ORDER BY b.severity DESC NULLS LAST, b.level_id), '[]')
    FROM by_level b LEFT JOIN levels l ON l.id = b.level_id
  ),
  'byOffice', (
    SELECT coalesce(json_agg(json_build_object(
      'cases', b.cases,
      'warnings', b.warnings,
      'overdue', b.overdue,
      'office', json_build_object('code', s.code, 'name', s.name)
    ) ORDER BY s.id), '[]')
    FROM by_office b JOIN subtree s ON s.id = b.office_id
  ),
  'byMonth', (
    SELECT coalesce(json_agg(json_build_object(
      'month', month, 'cases', cases, 'warnings', warnings, 'resolved', resolved
    ) ORDER BY month), '[]')
    FROM by_month
  )
)))
