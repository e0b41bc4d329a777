using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace RuleCorpus.Calls;

/// <summary>An additional file: what is known of code in references.</summary>
internal sealed class ProgramText(string path, string content) : AdditionalText
{
    public override string Path => path;

    public string Content => content;

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(content);
}
