using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.Analyzers.Rules.Meta;

/// <summary>A place in the source that silences a rule: a <c>#pragma warning disable</c>, or a <c>[SuppressMessage]</c>.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Location">The place.</param>
/// <param name="Tree">The file in which the rule is silent; null for all of the compilation.</param>
/// <param name="Span">The part of the file.</param>
internal sealed record SourceSuppression(string Id, Location Location, SyntaxTree? Tree, TextSpan Span);
