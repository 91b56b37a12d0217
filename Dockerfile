# syntax=docker/dockerfile:1
# The steps are the verbs of the Makefile. Stage 1 sets up; stage 2 carries packages, models, page.
FROM python:3.11-slim-bookworm AS setup
# Debian drops superseded versions, so a pinned one would stop building.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
ENV PYTHONDONTWRITEBYTECODE=1
RUN make setup PYTHON=python3.11 \
 && rm -rf web/frontend/node_modules

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --uid 10001 portal
WORKDIR /app
COPY --from=setup --chown=portal:portal /app/pyproject.toml /app/LICENSE ./
COPY --from=setup --chown=portal:portal /app/.venv .venv
COPY --from=setup --chown=portal:portal /app/assistant assistant
COPY --from=setup --chown=portal:portal /app/faq_kb faq_kb
COPY --from=setup --chown=portal:portal /app/voice voice
COPY --from=setup --chown=portal:portal /app/web web
COPY --from=setup --chown=portal:portal /app/eval eval
COPY --from=setup --chown=portal:portal /app/var var
USER 10001
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PORTAL_SERVER__HOST=0.0.0.0
EXPOSE 8000
VOLUME /app/var
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# A volume may hold an older version's models and database.
CMD ["sh", "-c", "portal-assistant models fetch && portal-assistant db upgrade && portal-assistant kb seed && exec portal-assistant serve"]
