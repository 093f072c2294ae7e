"""From a pipeline's text to Python that runs it."""

from logsmith.compiler.compile import Compilation, CompiledPipeline, compile_pipeline

__all__ = ["Compilation", "CompiledPipeline", "compile_pipeline"]
