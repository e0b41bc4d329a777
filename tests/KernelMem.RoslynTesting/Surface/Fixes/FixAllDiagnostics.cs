using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Tells a Fix All what there is to fix.</summary>
internal sealed class FixAllDiagnostics(Func<Project, CancellationToken, Task<ImmutableArray<Diagnostic>>> getDiagnosticsAsync)
    : FixAllContext.DiagnosticProvider
{
    public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
    {
        ImmutableArray<Diagnostic> all = await getDiagnosticsAsync(document.Project, cancellationToken).ConfigureAwait(false);
        return all.Where(diagnostic => document.Project.GetDocument(diagnostic.Location.SourceTree)?.Id == document.Id);
    }

    public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken)
        => Task.FromResult<IEnumerable<Diagnostic>>([]);

    public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken)
        => await getDiagnosticsAsync(project, cancellationToken).ConfigureAwait(false);
}
