-- $1 the office's code. Each office's cases are walked in the order of their deadlines, as the index has them.
SELECT json_build_object('data', json_build_object('cases', json_build_object('nodes', coalesce(json_agg(node), '[]'))))
FROM (
  SELECT row_to_json(shown) AS node
  FROM (
    SELECT
      c.id,
      c.number,
      c.title,
      c.opened_at AS "openedAt",
      c.version,
      json_build_object('label', c.stage #>> '{label,zh}') AS stage,
      json_build_object('name', c.office_name) AS office,
      (SELECT json_build_object('name', h.name) FROM officers h WHERE h.id = c.handler_id) AS handler,
      (
        SELECT json_build_object('code', l.code, 'label', l.label ->> 'zh', 'severity', l.severity)
        FROM levels l WHERE l.id = c.level_id
      ) AS level,
      (
        SELECT json_build_object('id', a.id, 'status', a.status, 'submittedAt', a.submitted_at)
        FROM assessments a WHERE a.id = c.current_assessment_id
      ) AS "currentAssessment",
      (
        SELECT json_build_object(
          'id', w.id,
          'status', w.status,
          'dueAt', w.due_at,
          'overdue', coalesce(w.due_at <= now(), false),
          'deadlines', (
            SELECT coalesce(json_agg(row_to_json(shown)), '[]')
            FROM (
              SELECT
                d.kind,
                d.due_on AS "dueOn",
                d.status = 'OPEN' AND d.due_at <= now() AS overdue
              FROM deadlines d WHERE d.warning_id = w.id ORDER BY d.due_at, d.id
            ) shown
          ),
          'dispositions', json_build_object('nodes', (
            SELECT coalesce(json_agg(row_to_json(shown)), '[]')
            FROM (
              SELECT
                p.description,
                p.performed_at AS "performedAt",
                json_build_object('label', p.measure #>> '{label,zh}') AS measure
              FROM dispositions p WHERE p.warning_id = w.id ORDER BY p.performed_at DESC, p.id DESC LIMIT 1
            ) shown
          ))
        )
        FROM warnings w WHERE w.id = c.active_warning_id
      ) AS "activeWarning"
    FROM (
      SELECT walked.*, o.name AS office_name
      FROM offices top
      JOIN offices o ON starts_with(o.path, top.path)
      CROSS JOIN LATERAL (
        SELECT * FROM cases WHERE office_id = o.id AND closed_at IS NULL ORDER BY due_at, id LIMIT 50
      ) walked
      WHERE top.code = $1
      ORDER BY walked.due_at, walked.id
      LIMIT 50
    ) c
    ORDER BY c.due_at, c.id
  ) shown
) nodes
