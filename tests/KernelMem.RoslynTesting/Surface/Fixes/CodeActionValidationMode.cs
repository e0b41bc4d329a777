namespace Microsoft.CodeAnalysis.Testing;

/// <summary>How the tree that an action built is compared with the tree of its text.</summary>
public enum CodeActionValidationMode
{
    None,

    /// <summary>Tokens and their order must be those that the parser sees; blanks and comments may hang elsewhere.</summary>
    SemanticStructure,

    /// <summary>Blanks and comments must hang where the parser hangs them.</summary>
    Full,
}
