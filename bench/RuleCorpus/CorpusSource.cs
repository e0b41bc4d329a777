using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RuleCorpus;

/// <summary>Sources that may not compile as they are.</summary>
/// <param name="Name">What they are called in the report.</param>
/// <param name="Trees">The sources.</param>
/// <param name="References">What they are compiled against.</param>
internal sealed record CorpusSource(string Name, IReadOnlyList<SyntaxTree> Trees, IReadOnlyList<MetadataReference> References)
{
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Preview, DocumentationMode.None, preprocessorSymbols: ["NET", "NETCOREAPP", "NET10_0", "NET10_0_OR_GREATER", "NET9_0_OR_GREATER", "NET8_0_OR_GREATER", "NET7_0_OR_GREATER", "NET6_0_OR_GREATER", "NET5_0_OR_GREATER", "NETCOREAPP3_1_OR_GREATER"]);
}
