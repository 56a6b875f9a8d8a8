# okr-sync as an image: small, without root, on a root folder that nobody writes.
#   docker build -t okr-sync .
# docs/container.md says how to run it; `make image-test` runs these steps without an engine.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
# The libraries first, each file by its hash: they change rarely, and the layer is kept.
COPY requirements-container.txt ./
RUN python -m venv --without-pip /opt/okr-sync
RUN python -m pip --python /opt/okr-sync/bin/python install --require-hashes -r requirements-container.txt
COPY pyproject.toml README.md LICENSE ./
COPY docs/okr-sync.1 docs/
COPY config config
COPY connectors connectors
COPY sandbox sandbox
COPY syncer syncer
RUN python -m pip --python /opt/okr-sync/bin/python install --no-deps .

FROM python:${PYTHON}-slim
COPY --from=build /opt/okr-sync /opt/okr-sync
ENV PATH=/opt/okr-sync/bin:$PATH PYTHONDONTWRITEBYTECODE=1 OKR_SYNC_OKRS=/okrs/okrs.yaml
# A number, so that Kubernetes can see that it isn't root.
USER 10001:10001
WORKDIR /okrs
EXPOSE 8765
ENTRYPOINT ["okr-sync"]
CMD ["--help"]
