using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <content>The solution that a state becomes.</content>
public abstract partial class AnalyzerTest<TVerifier>
{
    public Task<Workspace> CreateWorkspaceAsync() => CreateWorkspaceImplAsync();

    protected virtual Task<Workspace> CreateWorkspaceImplAsync()
        => Task.FromResult<Workspace>(new AdhocWorkspace(MefHostServices.DefaultHost));

    /// <summary>Switches rules on, and those off that the test does not want.</summary>
    protected virtual Project ApplyCompilationOptions(Project project)
    {
        ImmutableDictionary<string, ReportDiagnostic>.Builder options = project.CompilationOptions!.SpecificDiagnosticOptions.ToBuilder();
        foreach (DiagnosticDescriptor descriptor in GetDiagnosticAnalyzers().SelectMany(analyzer => analyzer.SupportedDiagnostics))
        {
            // Even a rule that is off by default is on in its tests. What .editorconfig says of severities does not count against this.
            options.TryAdd(descriptor.Id, ReportAs(descriptor.DefaultSeverity));
        }

        options["AD0001"] = ReportDiagnostic.Error;
        foreach (string id in DisabledDiagnostics)
        {
            options[id] = ReportDiagnostic.Suppress;
        }

        return project.WithCompilationOptions(project.CompilationOptions.WithSpecificDiagnosticOptions(options.ToImmutable()));
    }

    private protected async Task<Project> CreateProjectAsync(EvaluatedState state, CancellationToken cancellationToken)
    {
        Workspace workspace = await CreateWorkspaceAsync().ConfigureAwait(false);
        ImmutableArray<MetadataReference> platform =
            await state.ReferenceAssemblies.ResolveAsync(Language, cancellationToken).ConfigureAwait(false);
        var id = ProjectId.CreateNewId(state.Name);
        var info = ProjectInfo.Create(
            id,
            VersionStamp.Create(),
            state.Name,
            state.Name,
            Language,
            compilationOptions: CreateCompilationOptions().WithOutputKind(state.OutputKind),
            parseOptions: CreateParseOptions().WithDocumentationMode(state.DocumentationMode),
            documents: [.. state.Sources.Select(file => Document(id, file))],
            metadataReferences: [.. platform, .. state.AdditionalReferences],
            additionalDocuments: [.. state.AdditionalFiles.Select(file => Document(id, file))])
            .WithAnalyzerConfigDocuments([.. state.AnalyzerConfigFiles.Select(file => Document(id, file))]);

        Solution solution = workspace.CurrentSolution.AddProject(info);
        foreach (Func<Solution, ProjectId, Solution> transform in SolutionTransforms)
        {
            solution = transform(solution, id);
        }

        return ApplyCompilationOptions(solution.GetProject(id)!);
    }

    private DocumentInfo Document(ProjectId project, (string Path, SourceText Content) file)
        => DocumentInfo.Create(
            DocumentId.CreateNewId(project, file.Path),
            Path.GetFileName(file.Path),
            FoldersOf(file.Path),
            loader: TextLoader.From(TextAndVersion.Create(file.Content, VersionStamp.Default, file.Path)),
            filePath: file.Path);

    /// <summary>The folders of a file inside its project. That in which unnamed sources are is the project's own.</summary>
    private protected IEnumerable<string> FoldersOf(string path)
    {
        string folder = Path.GetDirectoryName(path) ?? string.Empty;
        return folder == Path.GetDirectoryName(DefaultFilePathPrefix) ? [] : folder.Split('/', '\\').Where(name => name.Length > 0);
    }

    private static ReportDiagnostic ReportAs(DiagnosticSeverity severity)
        => severity switch
        {
            DiagnosticSeverity.Error => ReportDiagnostic.Error,
            DiagnosticSeverity.Warning => ReportDiagnostic.Warn,
            DiagnosticSeverity.Info => ReportDiagnostic.Info,
            _ => ReportDiagnostic.Hidden,
        };
}
