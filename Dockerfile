# The bot with its models inside, 'docker build -t dateline .'; see docs/service.md.
FROM python:3.11-slim AS build
ARG EXTRAS=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/dateline
ENV PATH=/opt/dateline/bin:$PATH
WORKDIR /src
COPY . .
# Chroma asks for kubernetes (126 MB) and imports it in a cluster of its own alone.
RUN pip install -c constraints.txt ".${EXTRAS:+[$EXTRAS]}" \
    && pip uninstall -y kubernetes

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home --home-dir /data dateline
COPY --from=build /opt/dateline /opt/dateline
ENV PATH=/opt/dateline/bin:$PATH \
    DATELINE_INDEX=/data/index \
    DATELINE_STATE=/data/state \
    DATELINE_LOG=json \
    DATELINE_METRICS_PORT=9464
USER 10001
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['DATELINE_METRICS_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["dateline"]
CMD ["discord"]
