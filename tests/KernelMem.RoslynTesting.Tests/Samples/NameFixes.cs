using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>"bad" becomes "good", or with the second action "fine".</summary>
public class GoodNameFix : NameFix
{
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Register(context, "Rename to good", "good", NewName);
        Register(context, "Rename to fine", "fine", name => "fine" + name["bad".Length..]);
        return Task.CompletedTask;
    }

    protected override string NewName(string name) => "good" + name["bad".Length..];
}

/// <summary>badly becomes bad becomes good.</summary>
public sealed class StepwiseFix : NameFix
{
    protected override string NewName(string name) => name == "bad" ? "good" : "bad";
}

/// <summary>Every name is as bad as the one before.</summary>
public sealed class EndlessFix : NameFix
{
    protected override string NewName(string name) => name + "ly";
}

/// <summary>An action that changes nothing.</summary>
public sealed class IdleFix : NameFix
{
    protected override string NewName(string name) => name;
}

/// <summary>Has no action.</summary>
public sealed class NoActionFix : NameFix
{
    public override Task RegisterCodeFixesAsync(CodeFixContext context) => Task.CompletedTask;

    protected override string NewName(string name) => name;
}

/// <summary>Throws.</summary>
public sealed class ThrowingFix : NameFix
{
    public override Task RegisterCodeFixesAsync(CodeFixContext context) => throw new System.NotSupportedException("The fix is broken.");

    protected override string NewName(string name) => name;
}

/// <summary>Cannot fix several at once.</summary>
public sealed class SingleFix : GoodNameFix
{
    public override FixAllProvider? GetFixAllProvider() => null;
}

/// <summary>Fixes all diagnostics of the document at once, in other words than one alone.</summary>
public sealed class OtherwiseInBatchFix : GoodNameFix
{
    public override FixAllProvider? GetFixAllProvider()
        => FixAllProvider.Create(async (context, document, diagnostics) =>
        {
            SourceText text = await document.GetTextAsync(context.CancellationToken);
            return document.WithText(SourceText.From(text.ToString().Replace("bad", "batch")));
        });
}

/// <summary>Fixes all in the document with the first diagnostic.</summary>
public sealed class AllAtOnceFix : NameFix
{
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        context.RegisterCodeFix(
            CodeAction.Create(
                "All",
                async cancellationToken =>
                {
                    SourceText text = await context.Document.GetTextAsync(cancellationToken);
                    return context.Document.WithText(SourceText.From(text.ToString().Replace("bad", "good")));
                },
                "all"),
            context.Diagnostics);
        return Task.CompletedTask;
    }

    protected override string NewName(string name) => name;
}
