-- ?1 the office's code. Each office's cases are walked as the index has them, those without a deadline after the others.
WITH
  subtree AS (
    SELECT o.id, o.name FROM offices top JOIN offices o ON substr(o.path, 1, length(top.path)) = top.path WHERE top.code = ?1
  ),
  walked AS (
    SELECT c.*, subtree.name AS office_name
    FROM subtree CROSS JOIN cases c ON c.rowid IN (
      SELECT rowid FROM cases
      WHERE office_id = subtree.id AND closed_at IS NULL AND due_at IS NOT NULL ORDER BY due_at, id LIMIT 50
    )
    UNION ALL
    SELECT c.*, subtree.name AS office_name
    FROM subtree CROSS JOIN cases c ON c.rowid IN (
      SELECT rowid FROM cases
      WHERE office_id = subtree.id AND closed_at IS NULL AND due_at IS NULL ORDER BY id LIMIT 50
    )
    ORDER BY due_at NULLS LAST, id
    LIMIT 50
  )
SELECT json_object('data', json_object('cases', json_object('nodes', json_group_array(json(node)))))
FROM (
  SELECT
    json_object(
      'id', c.id,
      'number', c.number,
      'title', c.title,
      'openedAt', strftime('%Y-%m-%dT%H:%M:%S+08:00', c.opened_at, '+8 hours'),
      'version', c.version,
      'stage', json_object('label', c.stage ->> '$.label.zh'),
      'office', json_object('name', c.office_name),
      'handler', (SELECT json_object('name', h.name) FROM officers h WHERE h.id = c.handler_id),
      'level', (
        SELECT json_object('code', l.code, 'label', l.label ->> '$.zh', 'severity', l.severity)
        FROM levels l WHERE l.id = c.level_id
      ),
      'currentAssessment', (
        SELECT json_object(
          'id', a.id,
          'status', a.status,
          'submittedAt', strftime('%Y-%m-%dT%H:%M:%S+08:00', a.submitted_at, '+8 hours')
        )
        FROM assessments a WHERE a.id = c.current_assessment_id
      ),
      'activeWarning', (
        SELECT json_object(
          'id', w.id,
          'status', w.status,
          'dueAt', strftime('%Y-%m-%dT%H:%M:%S+08:00', w.due_at, '+8 hours'),
          'overdue', json(iif(w.due_at <= strftime('%Y-%m-%dT%H:%M:%SZ'), 'true', 'false')),
          'deadlines', (
            SELECT json_group_array(json(shown))
            FROM (
              SELECT json_object(
                'kind', d.kind,
                'dueOn', d.due_on,
                'overdue', json(iif(d.status = 'OPEN' AND d.due_at <= strftime('%Y-%m-%dT%H:%M:%SZ'), 'true', 'false'))
              ) AS shown
              FROM deadlines d WHERE d.warning_id = w.id ORDER BY d.due_at, d.id
            )
          ),
          'dispositions', json_object('nodes', (
            SELECT json_group_array(json(shown))
            FROM (
              SELECT json_object(
                'description', p.description,
                'performedAt', strftime('%Y-%m-%dT%H:%M:%S+08:00', p.performed_at, '+8 hours'),
                'measure', json_object('label', p.measure ->> '$.label.zh')
              ) AS shown
              FROM dispositions p WHERE p.warning_id = w.id ORDER BY p.performed_at DESC, p.id DESC LIMIT 1
            )
          ))
        )
        FROM warnings w WHERE w.id = c.active_warning_id
      )
    ) AS node
  FROM walked c
)
