-- $1 the case, $2 the warning, $3 the officer, $4 and $5 new ids. The log's lock is held already: nobody else takes the
-- next position.
WITH
  moved AS (
    UPDATE cases SET version = version + 1, revision = revision + 1 WHERE id = $1 RETURNING id, office_id, number, version
  ),
  warned AS (
    UPDATE warnings SET version = version + 1 WHERE id = $2 RETURNING id, status, version, level_id, severity
  ),
  recorded AS (
    INSERT INTO dispositions (id, case_id, warning_id, measure, description, outcome, performed_by_id, performed_at)
    VALUES (
      $4, $1, $2, '{"key": "mediation", "label": {"zh": "检调对接", "en": "Referral to people''s mediation"}}',
      '与人民调解委员会对接,共同调处。', NULL, $3, date_trunc('second', now())
    )
    RETURNING *
  ),
  logged AS (
    INSERT INTO events (
      position, id, at, noun, kind, office_id, case_id, warning_id, actor_id, summary, status, level_id, severity, type,
      schema_version, payload
    )
    SELECT
      (SELECT max(position) + 1 FROM events), $5, r.performed_at, 'warning', 'DISPOSITION_RECORDED', m.office_id, m.id,
      w.id, $3, '{"zh": "记录处置措施：检调对接", "en": "disposition recorded: Referral to people''s mediation"}', w.status, w.level_id, w.severity,
      'DispositionRecorded', 1, json_build_object('warning_id', w.id, 'disposition', row_to_json(r))
    FROM recorded r, moved m, warned w
    RETURNING position
  )
SELECT json_build_object('data', json_build_object('recordDisposition', json_build_object(
  'disposition', json_build_object(
    'id', r.id,
    'description', r.description,
    'outcome', r.outcome,
    'performedAt', r.performed_at,
    'performedBy', (SELECT json_build_object('name', b.name) FROM officers b WHERE b.id = r.performed_by_id),
    'measure', json_build_object('key', r.measure ->> 'key', 'label', r.measure #>> '{label,zh}')
  ),
  'warning', json_build_object(
    'id', w.id,
    'status', w.status,
    'version', w.version,
    'level', (SELECT json_build_object('code', l.code, 'label', l.label ->> 'zh') FROM levels l WHERE l.id = w.level_id),
    'case', json_build_object('id', m.id, 'number', m.number, 'version', m.version)
  ),
  'cursor', 'log_' || e.position,
  'refusals', '[]'::json
)))
FROM recorded r, moved m, warned w, logged e
