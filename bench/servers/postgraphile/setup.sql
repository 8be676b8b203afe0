-- What a user of PostGraphile writes in the database for lists of an office and those below it, which its own filters
-- do not know; and references that the tables have without a constraint.
CREATE SCHEMA IF NOT EXISTS bench;

CREATE OR REPLACE FUNCTION bench.board(office text) RETURNS SETOF public.cases LANGUAGE sql STABLE AS $$
  SELECT walked.*
  FROM public.offices top
  JOIN public.offices o ON starts_with(o.path, top.path)
  CROSS JOIN LATERAL (
    SELECT * FROM public.cases WHERE office_id = o.id AND closed_at IS NULL ORDER BY due_at, id LIMIT 100
  ) walked
  WHERE top.code = office
  ORDER BY walked.due_at, walked.id
$$;

CREATE OR REPLACE FUNCTION bench.ledger(office text) RETURNS SETOF public.warnings LANGUAGE sql STABLE AS $$
  SELECT walked.*
  FROM public.offices top
  JOIN public.offices o ON starts_with(o.path, top.path)
  CROSS JOIN LATERAL (
    SELECT * FROM public.warnings WHERE office_id = o.id ORDER BY issued_at DESC, id DESC LIMIT 100
  ) walked
  WHERE top.code = office
  ORDER BY walked.issued_at DESC, walked.id DESC
$$;

CREATE OR REPLACE FUNCTION bench.ledger_count(office text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT count(*)
  FROM public.warnings
  WHERE office_id IN (
    SELECT o.id FROM public.offices top JOIN public.offices o ON starts_with(o.path, top.path) WHERE top.code = office
  )
$$;

COMMENT ON TABLE public.cases IS E'@foreignKey (current_assessment_id) references assessments (id)|@fieldName currentAssessment\n@foreignKey (active_warning_id) references warnings (id)|@fieldName activeWarning';
COMMENT ON TABLE public.warnings IS E'@foreignKey (plan_id) references plans (id)|@fieldName plan';

COMMENT ON COLUMN public.deadlines.due_at IS '@behavior +orderBy';
COMMENT ON COLUMN public.dispositions.performed_at IS '@behavior +orderBy';
COMMENT ON COLUMN public.reviews.turn IS '@behavior +orderBy';
