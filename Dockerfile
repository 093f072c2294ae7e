# docker build -t logsmith .          docker run --rm logsmith --version
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md ./
COPY logsmith logsmith
RUN python -m venv /opt/logsmith && /opt/logsmith/bin/pip install --no-cache-dir .

FROM python:3.12-slim
# 1000 is Filebeat's user in its own image too, so that both may read one folder of keys
RUN useradd --uid 1000 --no-create-home --shell /usr/sbin/nologin logsmith \
    && install --directory --owner=logsmith /var/lib/logsmith /certs \
    && install --directory /etc/logsmith/pipeline
COPY --from=build /opt/logsmith /opt/logsmith
ENV PATH=/opt/logsmith/bin:$PATH PYTHONUNBUFFERED=1 LS_SETTINGS_DIR=/etc/logsmith
USER logsmith
WORKDIR /var/lib/logsmith
EXPOSE 5044 9600
# the API answers as long as the supervisor lives; an Elasticsearch that is away is not the container's fault
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9600/', timeout=4)"]
ENTRYPOINT ["logsmith"]
CMD ["--path.config", "/etc/logsmith/pipeline", "--path.data", "/var/lib/logsmith"]
