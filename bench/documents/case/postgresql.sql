-- $1 the case number.
SELECT json_build_object('data', json_build_object('case', (
  SELECT row_to_json(shown)
  FROM (
    SELECT
      c.id,
      c.number,
      c.title,
      c.cause,
      c.opened_at AS "openedAt",
      c.closed_at AS "closedAt",
      c.version,
      json_build_object('key', c.stage ->> 'key', 'label', c.stage #>> '{label,zh}') AS stage,
      (
        SELECT coalesce(json_agg(json_build_object('key', s ->> 'key', 'label', s #>> '{label,zh}')), '[]')
        FROM json_array_elements(c.next_stages) s
      ) AS "nextStages",
      (SELECT json_build_object('code', o.code, 'name', o.name) FROM offices o WHERE o.id = c.office_id) AS office,
      (SELECT json_build_object('name', d.name) FROM departments d WHERE d.id = c.department_id) AS department,
      (SELECT json_build_object('id', h.id, 'name', h.name) FROM officers h WHERE h.id = c.handler_id) AS handler,
      c.parties,
      (
        SELECT json_build_object(
          'code', l.code,
          'label', l.label ->> 'zh',
          'rank', l.rank,
          'severity', l.severity,
          'colour', CASE
            WHEN l.colour IS NOT NULL
            THEN json_build_object('name', l.colour #>> '{name,zh}', 'hex', l.colour ->> 'hex')
          END
        )
        FROM levels l WHERE l.id = c.level_id
      ) AS level,
      (
        SELECT coalesce(json_agg(json_build_object('act', g -> 'act', 'open', g -> 'open', 'reasons', (
          SELECT coalesce(json_agg(json_build_object('rule', r -> 'rule', 'text', r #>> '{text,zh}')), '[]')
          FROM json_array_elements(g -> 'reasons') r
        ))), '[]')
        FROM json_array_elements(c.gates) g
      ) AS gates,
      (
        SELECT row_to_json(shown)
        FROM (
          SELECT
            a.id,
            a.status,
            a.has_risk AS "hasRisk",
            a.summary,
            a.submitted_at AS "submittedAt",
            (SELECT json_build_object('name', b.name) FROM officers b WHERE b.id = a.submitted_by_id) AS "submittedBy",
            (
              SELECT json_build_object('code', l.code, 'label', l.label ->> 'zh')
              FROM levels l WHERE l.id = a.derived_level_id
            ) AS "derivedLevel",
            (
              SELECT json_build_object('code', l.code, 'label', l.label ->> 'zh') FROM levels l WHERE l.id = a.level_id
            ) AS level,
            (
              SELECT coalesce(json_agg(json_build_object(
                'value', f -> 'value',
                'factor', json_build_object('key', f #>> '{factor,key}', 'label', f #>> '{factor,label,zh}')
              )), '[]')
              FROM json_array_elements(a.answers) f
            ) AS answers,
            (
              SELECT coalesce(json_agg(row_to_json(shown)), '[]')
              FROM (
                SELECT
                  r.verdict,
                  r.comment,
                  r.at,
                  (SELECT json_build_object('name', b.name) FROM officers b WHERE b.id = r.by_id) AS by,
                  json_build_object('label', r.step #>> '{label,zh}') AS step
                FROM reviews r WHERE r.assessment_id = a.id ORDER BY r.turn
              ) shown
            ) AS reviews
          FROM assessments a WHERE a.id = c.current_assessment_id
        ) shown
      ) AS "currentAssessment",
      (
        SELECT row_to_json(shown)
        FROM (
          SELECT
            w.id,
            w.status,
            w.issued_at AS "issuedAt",
            (SELECT json_build_object('name', b.name) FROM officers b WHERE b.id = w.issued_by_id) AS "issuedBy",
            w.due_at AS "dueAt",
            coalesce(w.due_at <= now(), false) AS overdue,
            (
              SELECT json_build_object('code', l.code, 'label', l.label ->> 'zh') FROM levels l WHERE l.id = w.level_id
            ) AS level,
            json_build_object(
              'handles', w.responsibility -> 'handles',
              'resolves', w.responsibility -> 'resolves',
              'supervises', w.responsibility -> 'supervises',
              'leads', w.responsibility -> 'leads'
            ) AS responsibility,
            (
              SELECT json_build_object('kind', p.kind, 'version', p.version, 'sections', (
                SELECT coalesce(json_agg(json_build_object('label', s #>> '{label,zh}', 'text', s -> 'text')), '[]')
                FROM json_array_elements(p.sections) s
              ))
              FROM plans p WHERE p.id = w.plan_id
            ) AS plan,
            (
              SELECT coalesce(json_agg(row_to_json(shown)), '[]')
              FROM (
                SELECT
                  d.kind,
                  d.label ->> 'zh' AS label,
                  d.due_on AS "dueOn",
                  d.status,
                  d.status = 'OPEN' AND d.due_at <= now() AS overdue,
                  (
                    SELECT coalesce(json_agg(json_build_object('rule', r -> 'rule', 'citation', CASE
                      WHEN r ->> 'citation' IS NOT NULL THEN json_build_object(
                        'document', r #> '{citation,document}',
                        'quote', r #> '{citation,quote}'
                      )
                    END)), '[]')
                    FROM json_array_elements(d.reasons) r
                  ) AS reasons
                FROM deadlines d WHERE d.warning_id = w.id ORDER BY d.due_at, d.id
              ) shown
            ) AS deadlines,
            json_build_object('nodes', (
              SELECT coalesce(json_agg(row_to_json(shown)), '[]')
              FROM (
                SELECT
                  p.id,
                  p.description,
                  p.outcome,
                  p.performed_at AS "performedAt",
                  (SELECT json_build_object('name', b.name) FROM officers b WHERE b.id = p.performed_by_id)
                    AS "performedBy",
                  json_build_object('label', p.measure #>> '{label,zh}') AS measure
                FROM dispositions p WHERE p.warning_id = w.id ORDER BY p.performed_at DESC, p.id DESC LIMIT 10
              ) shown
            )) AS dispositions,
            (
              SELECT coalesce(json_agg(row_to_json(shown)), '[]')
              FROM (
                SELECT s.kind, s.status, s.reason ->> 'zh' AS reason, s.issued_at AS "issuedAt"
                FROM supervisions s WHERE s.warning_id = w.id ORDER BY s.id
              ) shown
            ) AS supervisions,
            w.next_acts AS "nextActs"
          FROM warnings w WHERE w.id = c.active_warning_id
        ) shown
      ) AS "activeWarning",
      json_build_object('nodes', (
        SELECT coalesce(json_agg(json_build_object(
          'id', e.id,
          'at', e.at,
          'summary', e.summary ->> 'zh',
          'actor', (SELECT json_build_object('name', b.name) FROM officers b WHERE b.id = e.actor_id)
        ) ORDER BY e.position), '[]')
        FROM (SELECT * FROM events WHERE case_id = c.id ORDER BY position DESC LIMIT 10) e
      )) AS timeline
    FROM cases c WHERE c.number = $1
  ) shown
)))
