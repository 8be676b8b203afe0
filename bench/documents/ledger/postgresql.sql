-- $1 the office's code. Each office's warnings are walked from the newest on; one more tells whether more follow.
WITH
  subtree AS MATERIALIZED (
    SELECT o.id, o.name FROM offices top JOIN offices o ON starts_with(o.path, top.path) WHERE top.code = $1
  ),
  page AS MATERIALIZED (
    SELECT walked.*, 'warnings.ISSUED_NEWEST~' || to_char(issued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      || '~' || walked.id AS cursor
    FROM subtree CROSS JOIN LATERAL (
      SELECT * FROM warnings WHERE office_id = subtree.id ORDER BY issued_at DESC, id DESC LIMIT 51
    ) walked
    ORDER BY issued_at DESC, walked.id DESC
    LIMIT 51
  ),
  edge AS (
    SELECT
      w.issued_at,
      w.id,
      w.cursor,
      json_build_object(
        'id', w.id,
        'status', w.status,
        'issuedAt', w.issued_at,
        'acknowledgedAt', w.acknowledged_at,
        'dueAt', w.due_at,
        'overdue', coalesce(w.due_at <= now(), false),
        'issuedBy', (SELECT json_build_object('name', b.name) FROM officers b WHERE b.id = w.issued_by_id),
        'level', (
          SELECT json_build_object('code', l.code, 'label', l.label ->> 'zh', 'severity', l.severity)
          FROM levels l WHERE l.id = w.level_id
        ),
        'case', (
          SELECT json_build_object(
            'number', c.number,
            'title', c.title,
            'office', json_build_object('name', o.name),
            'handler', (SELECT json_build_object('name', h.name) FROM officers h WHERE h.id = c.handler_id)
          )
          FROM cases c JOIN offices o ON o.id = c.office_id WHERE c.id = w.case_id
        )
      ) AS node
    FROM (SELECT * FROM page LIMIT 50) w
  )
SELECT json_build_object('data', json_build_object('warnings', json_build_object(
  'totalCount', (SELECT count(*) FROM warnings WHERE office_id IN (SELECT id FROM subtree)),
  'pageInfo', json_build_object(
    'hasNextPage', (SELECT count(*) FROM page) > 50,
    'endCursor', (SELECT cursor FROM edge ORDER BY issued_at, id LIMIT 1)
  ),
  'edges', (
    SELECT coalesce(json_agg(json_build_object('cursor', cursor, 'node', node) ORDER BY issued_at DESC, id DESC), '[]')
    FROM edge
  )
)))
